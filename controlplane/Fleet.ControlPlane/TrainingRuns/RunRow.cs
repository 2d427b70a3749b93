using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.TrainingRuns;

/// <summary>A training run in the queue, at work or over.</summary>
internal sealed class RunRow
{
    public long Sequence { get; private set; }

    public required TrainingRunId Id { get; init; }

    public required TrainingRunRequest Request { get; init; }

    public TrainingState State { get; set; }

    public TrainingProgress? Progress { get; set; }

    public string? Trainer { get; set; }

    public int Attempt { get; set; }

    /// <summary>Digest of the holder's secret.</summary>
    public Digest? Lease { get; set; }

    public DateTimeOffset? LeaseEndsAt { get; set; }

    public VersionId? Version { get; set; }

    public string? Detail { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    public bool IsOver => State is TrainingState.Succeeded or TrainingState.Failed;

    public TrainingRunResponse Show() => new(Id, Request, State, Progress, Trainer, Attempt, Version, Detail, CreatedAt, EndedAt);
}

internal sealed class RunRowMapping : IEntityTypeConfiguration<RunRow>
{
    public void Configure(EntityTypeBuilder<RunRow> builder)
    {
        builder.ToTable("TrainingRuns");
        builder.HasKey(r => r.Sequence);
        builder.HasIndex(r => r.Id).IsUnique();
        builder.HasIndex(r => r.State);
        builder.Ignore(r => r.IsOver);
        builder.Property(r => r.Request).HasJson(FleetJson.Strict.TrainingRunRequest);
        builder.Property(r => r.Progress).HasJson(FleetJson.Strict.TrainingProgress!);
    }
}
