using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Vision;

namespace Fleet.Training.Distilling;

/// <summary>What pruning cost and what recovery gave back, on pictures that were not learnt from.</summary>
/// <param name="Parent">SHA-256 of the dense file.</param>
/// <param name="Head">Its head, where it is one that Fleet knows.</param>
/// <param name="Learnt">Pictures that were learnt from.</param>
/// <param name="HeldOut">Pictures that were measured on.</param>
/// <param name="Steps">Steps of recovery.</param>
/// <param name="Seconds">That it took.</param>
/// <param name="EngineDifference">Between ONNX Runtime and training.</param>
/// <param name="Before">Right after pruning, against the dense network.</param>
/// <param name="After">At the end.</param>
/// <param name="DetectionsBefore">Detections of the pruned network where those of the dense one are the truth; null where the head is none that Fleet knows.</param>
/// <param name="DetectionsAfter">The same at the end.</param>
/// <param name="Pruned">Weights with a 2:4 pattern.</param>
/// <param name="Dense">Weights without, with the reason.</param>
internal sealed record SparsifyReport(
    string Parent,
    string? Head,
    int Learnt,
    int HeldOut,
    int Steps,
    double Seconds,
    double EngineDifference,
    Agreement Before,
    Agreement After,
    DetectionScores? DetectionsBefore,
    DetectionScores? DetectionsAfter,
    IReadOnlyCollection<string> Pruned,
    IReadOnlyList<string> Dense);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(SparsifyReport))]
internal sealed partial class SparsifyJson : JsonSerializerContext;
