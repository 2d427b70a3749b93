using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Vision;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Runs;

/// <summary>The files of a finished training, all in one folder.</summary>
internal static class TrainedFiles
{
    /// <summary>The network, weights as float16.</summary>
    public const string Model = "model.onnx";

    /// <summary>The same with weights as float32.</summary>
    public const string Wide = "model.fp32.onnx";

    /// <summary>Folder of the other forms.</summary>
    public const string Variants = "variants";

    /// <summary>Frames with the detections that a device must reproduce.</summary>
    public const string Golden = "golden.zip";

    /// <summary>A <see cref="VersionRequest"/>: what is registered with a control plane, once its files are there.</summary>
    public const string Card = "card.json";

    /// <summary>A <see cref="TrainingReport"/>.</summary>
    public const string Report = "report.json";

    /// <summary>The same and much more to look at, as a page.</summary>
    public const string Page = "report.html";
}

/// <summary>What a training did and how good the result is.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Frames">Synthetic frames that were rendered.</param>
/// <param name="RealFrames">Real frames that were learnt from.</param>
/// <param name="Steps">Steps of learning in all.</param>
/// <param name="Seconds">From start to end, of the last attempt.</param>
/// <param name="Threshold">Score threshold that was chosen.</param>
/// <param name="SizeBytes">Of the network's file.</param>
/// <param name="EngineDifference">Largest difference of any output between training and ONNX Runtime.</param>
/// <param name="Before">The base on the frames to measure with: the recipe's scene, else every sixth real frame; null where there was none.</param>
/// <param name="Dense">The network before it was pruned, on the same; null where nothing was pruned.</param>
/// <param name="After">The result, on the same; null where there are no such frames.</param>
/// <param name="DenseLayers">Layers that were left dense, with the reason.</param>
/// <param name="Variants">Other forms of the result and of its dense parent.</param>
internal sealed record TrainingReport(
    string Model,
    long Seed,
    int Frames,
    int RealFrames,
    int Steps,
    double Seconds,
    float Threshold,
    long SizeBytes,
    double EngineDifference,
    DetectionScores? Before,
    DetectionScores? Dense,
    DetectionScores? After,
    IReadOnlyList<string> DenseLayers,
    IReadOnlyList<VariantMeasure> Variants)
{
    /// <summary>The dense network trained on as long as the pruned one, on the same frames; null where the recipe asked for none.</summary>
    public DetectionScores? Control { get; init; }

    /// <summary>Of a classifier: which class it put first.</summary>
    public ClassificationScores? Named { get; init; }

    /// <summary>How good the network was on the way; empty where that was not measured.</summary>
    public IReadOnlyList<LearningPoint> Curve { get; init; } = [];
}

/// <summary>One form of a network.</summary>
/// <param name="Name">As a version would call it.</param>
/// <param name="File">Relative to the run's folder.</param>
/// <param name="SizeBytes">Of the file.</param>
/// <param name="Map50">On the held-out frames; null where there were none.</param>
/// <param name="Map75">The same at IoU 0.75.</param>
/// <param name="Listed">Whether the version request names it.</param>
/// <param name="Remark">Why not.</param>
internal sealed record VariantMeasure(string Name, string File, long SizeBytes, double? Map50, double? Map75, bool Listed, string? Remark);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(TrainingReport))]
[JsonSerializable(typeof(DetectionScores))]
internal sealed partial class TrainingJson : JsonSerializerContext;
