using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Starts a training run.</summary>
/// <param name="Model">Model the result is a version of.</param>
/// <param name="Recipe">The recipe's YAML text.</param>
/// <param name="Base">Version to fine-tune; null trains from nothing.</param>
/// <param name="Snapshot">Real frames to mix in; null uses synthetic frames alone.</param>
/// <param name="Seed">Same seed, same result.</param>
/// <param name="HeldOut">Snapshot of real frames that are never learnt from: base and result are measured on them, see <see cref="HeldOutMetrics"/>; null measures on none.</param>
public sealed record TrainingRunRequest(
    ModelName Model,
    [property: Required, StringLength(65536, MinimumLength = 1)] string Recipe,
    VersionId? Base = null,
    Digest? Snapshot = null,
    long Seed = 1,
    Digest? HeldOut = null);

/// <summary>How far a training run is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainingState>))]
public enum TrainingState
{
    /// <summary>Waits for a trainer.</summary>
    Queued,

    /// <summary>A trainer holds its lease.</summary>
    Running,

    /// <summary>It made a version.</summary>
    Succeeded,

    /// <summary>It failed for a reason that trying again would not mend.</summary>
    Failed,
}

/// <summary>A training run as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="State">How far.</param>
/// <param name="Progress">What the trainer said last; null before it starts.</param>
/// <param name="Trainer">Who holds or held it.</param>
/// <param name="Attempt">How often it was started.</param>
/// <param name="Version">What it made; null before.</param>
/// <param name="Detail">Why it failed; null otherwise.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record TrainingRunResponse(
    TrainingRunId Id,
    TrainingRunRequest Request,
    TrainingState State,
    TrainingProgress? Progress,
    string? Trainer,
    int Attempt,
    VersionId? Version,
    string? Detail,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt);

/// <summary>What a trainer is doing.</summary>
/// <param name="Stage"><c>render</c>, <c>train</c>, <c>prune</c>, <c>fine-tune</c>, <c>export</c>, <c>evaluate</c>.</param>
/// <param name="Step">Of the stage.</param>
/// <param name="Steps">Of the stage.</param>
/// <param name="Loss">Last loss; null where there is none.</param>
/// <param name="EtaSeconds">To the end of the run, estimated; null when unknown.</param>
public sealed record TrainingProgress(string Stage, int Step, int Steps, double? Loss, double? EtaSeconds);

/// <summary>A trainer asks for work.</summary>
/// <param name="Trainer">Its name.</param>
public sealed record TrainerRequest([property: Required, StringLength(64, MinimumLength = 1)] string Trainer);

/// <summary>A run with its lease: valid for a minute from each progress message.</summary>
/// <param name="Run">The run.</param>
/// <param name="Lease">Secret; goes into progress, completion and failure.</param>
public sealed record TrainingLease(TrainingRunResponse Run, string Lease);

/// <summary>Progress of a run; keeps its lease alive.</summary>
/// <param name="Lease">From <see cref="TrainingLease"/>.</param>
/// <param name="Progress">What the trainer is doing.</param>
public sealed record ProgressRequest([property: Required, StringLength(64)] string Lease, TrainingProgress Progress);

/// <summary>A run ended.</summary>
/// <param name="Lease">From <see cref="TrainingLease"/>.</param>
/// <param name="Version">The version it registered; null when it failed.</param>
/// <param name="Detail">Why it failed; null otherwise.</param>
public sealed record EndRunRequest([property: Required, StringLength(64)] string Lease, VersionId? Version, [property: StringLength(4096)] string? Detail);
