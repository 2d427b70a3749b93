using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Looks;

/// <summary>The first line that a child is told: what it is to look with. Each further line is a frame, as the path of its file.</summary>
/// <param name="Model">Path of the ONNX file; null for a child that only describes pictures, see <see cref="LookLine.Likeness"/>.</param>
/// <param name="Card">The version's card; null with it.</param>
/// <param name="Floor">Boxes from this score on are told.</param>
internal sealed record LookJob(string? Model, ModelCard? Card, float Floor);

/// <summary>A line that a child says: one when it is ready, then one for each frame.</summary>
/// <param name="Found">Boxes of the frame, in px; null when it only says that it is ready.</param>
/// <param name="Problem">Why it cannot look with that version, or not at this frame.</param>
/// <param name="Likeness">What the picture looks like, in numbers.</param>
internal sealed record LookLine(IReadOnlyList<Detection>? Found = null, ReportedProblem? Problem = null, byte[]? Likeness = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LookJob))]
[JsonSerializable(typeof(LookLine))]
internal sealed partial class LookJson : JsonSerializerContext;
