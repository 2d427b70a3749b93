using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>A rollout with its decisions.</summary>
internal sealed class RolloutRow : IEntityTypeConfiguration<RolloutRow>
{
    private const int MaxLog = 500;

    public RolloutId Id { get; set; }

    public VersionId Version { get; set; }

    public string Variant { get; set; } = "";

    public RolloutState State { get; set; }

    /// <summary>Index of the newest open ring; -1 before the first.</summary>
    public int Open { get; set; } = -1;

    public IReadOnlyList<RingRequest> Rings { get; set; } = [];

    public IReadOnlyList<Guard> Guards { get; set; } = [];

    /// <summary>Findings that a person is asked about.</summary>
    public IReadOnlyList<string> Asked { get; set; } = [];

    /// <summary>Findings that a person accepted.</summary>
    public IReadOnlyList<string> Accepted { get; set; } = [];

    public IReadOnlyList<LogLine> Log { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    /// <summary>Rises with every change; a writer that read an older one fails.</summary>
    public int Revision { get; set; }

    public List<RolloutDeviceRow> Devices { get; } = [];

    public bool IsOver => State is RolloutState.Finished or RolloutState.RolledBack or RolloutState.Aborted;

    /// <summary>Adds a sentence, unless it is the one that was said last.</summary>
    /// <returns>Whether it was new.</returns>
    public bool Say(DateTimeOffset at, string text)
    {
        if (Log.Count > 0 && Log[^1].Text == text)
        {
            return false;
        }

        Log = [.. Log.Skip(Math.Max(0, Log.Count + 1 - MaxLog)), new LogLine(at, text)];
        Revision++;
        return true;
    }

    public void Configure(EntityTypeBuilder<RolloutRow> builder)
    {
        builder.ToTable("Rollouts").HasKey(r => r.Id);
        builder.Property(r => r.Rings).HasJson(RolloutJson.Default.IReadOnlyListRingRequest);
        builder.Property(r => r.Guards).HasJson(RolloutJson.Default.IReadOnlyListGuard);
        builder.Property(r => r.Asked).HasJson(RolloutJson.Default.IReadOnlyListString);
        builder.Property(r => r.Accepted).HasJson(RolloutJson.Default.IReadOnlyListString);
        builder.Property(r => r.Log).HasJson(RolloutJson.Default.IReadOnlyListLogLine);
        builder.Property(r => r.Revision).IsConcurrencyToken();
        builder.HasMany(r => r.Devices).WithOne().HasForeignKey(d => d.Rollout);
    }
}

/// <summary>A device that was told to run the version.</summary>
internal sealed class RolloutDeviceRow : IEntityTypeConfiguration<RolloutDeviceRow>
{
    public RolloutId Rollout { get; set; }

    public DeviceId Device { get; set; }

    public int Ring { get; set; }

    /// <summary>What it reports counts when it stands for a later directive than this one.</summary>
    public long AfterGeneration { get; set; }

    /// <summary>It had failed with this version before it was told, so that its old failure does not count.</summary>
    public bool FailedBefore { get; set; }

    /// <summary>When it was told last.</summary>
    public DateTimeOffset ToldAt { get; set; }

    /// <summary>Since when every camera of it has committed; null while one has not.</summary>
    public DateTimeOffset? CommittedAt { get; set; }

    /// <summary>What was counted on each camera since.</summary>
    public IReadOnlyList<GuardWindow> Windows { get; set; } = [];

    /// <summary>What each of its cameras ran before.</summary>
    public IReadOnlyList<CameraBefore> Before { get; set; } = [];

    /// <summary>What a camera added to it would have got before.</summary>
    public VersionId? VersionBefore { get; set; }

    public string? VariantBefore { get; set; }

    public void Configure(EntityTypeBuilder<RolloutDeviceRow> builder)
    {
        builder.ToTable("RolloutDevices").HasKey(d => new { d.Rollout, d.Device });
        builder.Property(d => d.Windows).HasJson(RolloutJson.Default.IReadOnlyListGuardWindow);
        builder.Property(d => d.Before).HasJson(RolloutJson.Default.IReadOnlyListCameraBefore);
    }
}

/// <summary>What a camera ran before a rollout reached it.</summary>
internal sealed record CameraBefore(CameraId Camera, VersionId? Version, string? Variant);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<RingRequest>))]
[JsonSerializable(typeof(IReadOnlyList<LogLine>))]
[JsonSerializable(typeof(IReadOnlyList<Guard>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<GuardWindow>))]
[JsonSerializable(typeof(IReadOnlyList<CameraBefore>))]
internal sealed partial class RolloutJson : JsonSerializerContext;
