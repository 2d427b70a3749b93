using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Commands;

/// <summary>A command to a device, and how far it is.</summary>
internal sealed class CommandRow : IEntityTypeConfiguration<CommandRow>
{
    /// <summary>Rises with every command: a directive that names one names all before it that are open.</summary>
    public long Sequence { get; set; }

    public CommandId Id { get; set; }

    public DeviceId Device { get; set; }

    public CommandKind Kind { get; set; }

    /// <summary>A writer that read another state fails: an end is final.</summary>
    public CommandState State { get; set; }

    public string By { get; set; } = "";

    public DateTimeOffset At { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public CameraId? Camera { get; set; }

    public int? Frames { get; set; }

    public double? Minutes { get; set; }

    public DateTimeOffset? From { get; set; }

    public DateTimeOffset? Until { get; set; }

    public int Collected { get; set; }

    public string? ProblemCode { get; set; }

    public string? ProblemDetail { get; set; }

    public FrameMessage? Frame { get; set; }

    public long? SizeBytes { get; set; }

    public bool IsOpen => State is CommandState.Waiting or CommandState.Running;

    public DesiredCommand Desired() => new(Id, Kind, ExpiresAt, Camera, Frames, Minutes, From, Until);

    public CommandResponse Show() => new(
        Id, Device, Kind, State, By, At, ExpiresAt, EndedAt, Camera, Frames, Minutes, From, Until, Collected,
        ProblemCode is null ? null : new ReportedProblem(ProblemCode, ProblemDetail ?? ""), Frame, SizeBytes);

    public void End(CommandState state, DateTimeOffset now, ReportedProblem? problem = null) =>
        (State, EndedAt, ProblemCode, ProblemDetail) = (state, now, problem?.Code, problem?.Detail);

    public void Configure(EntityTypeBuilder<CommandRow> builder)
    {
        builder.ToTable("Commands").HasKey(c => c.Sequence);
        builder.HasIndex(c => c.Id).IsUnique();
        builder.HasIndex(c => new { c.Device, c.Sequence });
        builder.HasIndex(c => c.State);
        builder.Property(c => c.State).IsConcurrencyToken();
        builder.Property(c => c.Frame).HasJson(FleetJson.Tolerant.FrameMessage!);
        builder.HasOne<DeviceRow>().WithMany().HasForeignKey(c => c.Device);
    }
}

/// <summary>What a device sent for a command: a JPEG or a text.</summary>
internal sealed class CommandFileRow : IEntityTypeConfiguration<CommandFileRow>
{
    public long Sequence { get; set; }

    public byte[] Bytes { get; set; } = [];

    public void Configure(EntityTypeBuilder<CommandFileRow> builder)
    {
        builder.ToTable("CommandFiles").HasKey(f => f.Sequence);
        builder.Property(f => f.Sequence).ValueGeneratedNever();
        builder.HasOne<CommandRow>().WithOne().HasForeignKey<CommandFileRow>(f => f.Sequence).OnDelete(DeleteBehavior.Cascade);
    }
}
