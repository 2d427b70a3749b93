using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>When to train a model again, and what its result has to prove. A rule never promotes a version that does worse on held-out real frames than the one in service.</summary>
/// <param name="Recipe">The recipe of every run, YAML.</param>
/// <param name="NewLabels">Train once so many frames were labelled since the last run, 1 to 1,000,000; null does not count them.</param>
/// <param name="EveryHours">Train again after so many hours, 0.01 to 8760, if anything was labelled since; null has no schedule.</param>
/// <param name="HeldOutPercent">Percent of labelled frames that are never learnt from, 5 to 50: base and result are measured on them.</param>
/// <param name="MinHeldOut">The rule waits until so many held-out frames are labelled, 1 to 10,000.</param>
/// <param name="BlockMinutes">Frames of one camera within so many minutes, 0.01 to 1440, are all held out or all learnt from: neighbours look alike.</param>
/// <param name="MinGain">The result's AP@.5 on held-out frames must exceed the base's by so much, 0 to 1.</param>
/// <param name="Rings">Rings of the rollout that a better version starts by itself once a publisher has signed it; null leaves it to a person.</param>
/// <param name="Guards">Guards of that rollout; null for none.</param>
/// <param name="Seed">Seed of the first run; each later one takes the next.</param>
/// <param name="Enabled">A rule that is not enabled starts no run; what it started goes on.</param>
/// <param name="OnDrift">Train when a camera that runs the model raises a drift alarm that is newer than the last run, if anything was labelled since.</param>
public sealed record TrainingRuleRequest(
    [property: Required, StringLength(65536, MinimumLength = 1)] string Recipe,
    [property: Range(1, 1_000_000)] int? NewLabels = null,
    [property: Range(0.01, 8760)] double? EveryHours = null,
    [property: Range(5, 50)] int HeldOutPercent = 20,
    [property: Range(1, 10_000)] int MinHeldOut = 10,
    [property: Range(0.01, 1440)] double BlockMinutes = 10,
    [property: Range(0, 1)] double MinGain = 0,
    IReadOnlyList<RingRequest>? Rings = null,
    IReadOnlyList<Guard>? Guards = null,
    long Seed = 1,
    bool Enabled = true,
    bool OnDrift = false);

/// <summary>How far a rule is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainingRuleState>))]
public enum TrainingRuleState
{
    /// <summary>It waits for its trigger.</summary>
    Waiting,

    /// <summary>Its run is queued or at work.</summary>
    Training,

    /// <summary>The result is better; a publisher has yet to sign it.</summary>
    AwaitingRelease,

    /// <summary>The result goes through its rings.</summary>
    RollingOut,
}

/// <summary>A rule as it stands.</summary>
/// <param name="Model">The model whose next versions it makes; a model has at most one rule.</param>
/// <param name="Rule">What was asked for.</param>
/// <param name="State">How far.</param>
/// <param name="Why">What it waits for, one sentence.</param>
/// <param name="Labelled">Labelled frames that cameras running the model sent.</param>
/// <param name="NewLabels">Of these, labelled since the last run.</param>
/// <param name="Runs">Runs it started.</param>
/// <param name="Run">The last of them; null before.</param>
/// <param name="Candidate">The version it made last; null before.</param>
/// <param name="Rollout">The rollout it started last; null before.</param>
/// <param name="Log">What was decided and why, a sentence each, oldest first.</param>
/// <param name="ETag">For If-Match.</param>
public sealed record TrainingRuleResponse(
    ModelName Model,
    TrainingRuleRequest Rule,
    TrainingRuleState State,
    string Why,
    int Labelled,
    int NewLabels,
    int Runs,
    TrainingRunId? Run,
    VersionId? Candidate,
    RolloutId? Rollout,
    IReadOnlyList<LogLine> Log,
    string ETag);

/// <summary>Names of figures in <see cref="ModelCard.Metrics"/> that rules decide by.</summary>
public static class HeldOutMetrics
{
    /// <summary>AP@.5 of the version on the run's held-out real frames, 0 to 1.</summary>
    public const string Result = "map50_held_out";

    /// <summary>AP@.5 of its base on the same frames, 0 to 1; absent where it had none.</summary>
    public const string Base = "map50_held_out_base";

    /// <summary>How many frames those were.</summary>
    public const string Frames = "frames_held_out";
}
