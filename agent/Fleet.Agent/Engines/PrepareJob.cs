using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent.Engines;

/// <summary>What the child that prepares engines is told.</summary>
/// <param name="Entrants">Engines to build, try and, where there are several, race.</param>
/// <param name="Card">Path of the version's card.</param>
/// <param name="Golden">Path of its golden clip; null without one.</param>
/// <param name="Frames">Pictures of the device's own cameras; empty takes those of the clip.</param>
/// <param name="Engines">Folder of the engine cache.</param>
/// <param name="Rounds">Frames each is timed on; 0 builds and tries only.</param>
/// <param name="MemoryBytes">What the child may use; the agent watches it.</param>
/// <param name="IsKernelLimit">The kernel refuses more; not with a GPU, whose driver maps much that is never used.</param>
internal sealed record PrepareJob(IReadOnlyList<Entrant> Entrants, string Card, string? Golden, IReadOnlyList<string> Frames, string Engines, int Rounds, long MemoryBytes, bool IsKernelLimit = true);

/// <summary>One engine: a variant's file and what it is to calculate in.</summary>
/// <param name="Variant">Name of the variant.</param>
/// <param name="File">Path of its ONNX file.</param>
/// <param name="Precision"><c>fp32</c>, <c>fp16</c> or <c>int8</c>.</param>
internal sealed record Entrant(string Variant, string File, string Precision)
{
    [JsonIgnore]
    public bool IsSparse => VariantNames.IsSparse(Variant);

    /// <summary>As a person reads it: the variant, and its precision where the name does not say.</summary>
    [JsonIgnore]
    public string Name => Precisions.Of(Variant).Name() == Precision ? Variant : $"{Variant} as {Precision}";
}

/// <summary>A line of what the child says.</summary>
/// <param name="Stage">What it does now; null where it tells results.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Trials">What became of each entrant, in order; null while it works.</param>
/// <param name="Problem">Why it gave up; null otherwise.</param>
internal sealed record PrepareLine(string? Stage = null, double Share = 0, IReadOnlyList<Trial>? Trials = null, ReportedProblem? Problem = null);

/// <summary>What became of an entrant.</summary>
/// <param name="Entrant">Which.</param>
/// <param name="Provider">What runs it; null when nothing does.</param>
/// <param name="HasClip">There was a golden clip.</param>
/// <param name="Difference">The first difference from the clip; null when it is reproduced.</param>
/// <param name="Failure">Why it does not run; null when it does.</param>
/// <param name="TimesMs">What each round took, frame to detections, ms; all entrants of a race have the same rounds. Null when it was not timed.</param>
internal sealed record Trial(Entrant Entrant, string? Provider, bool HasClip, string? Difference, ReportedProblem? Failure, IReadOnlyList<double>? TimesMs = null)
{
    /// <summary>Half of its rounds took no longer.</summary>
    [JsonIgnore]
    public double? P50Ms => Quantile(0.5);

    /// <summary>19 of 20 took no longer.</summary>
    [JsonIgnore]
    public double? P95Ms => Quantile(0.95);

    [JsonIgnore]
    public bool IsEligible => Failure is null && Difference is null;

    private double? Quantile(double share) => TimesMs is { Count: > 0 } times
        ? times.Order().ElementAt((int)Math.Ceiling(share * times.Count) - 1)
        : null;
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PrepareJob))]
[JsonSerializable(typeof(PrepareLine))]
internal sealed partial class PrepareJson : JsonSerializerContext;
