using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Looks;

/// <summary>The first line that a child is told: what it is to look with. Each further line is a frame, as the path of its file.</summary>
/// <param name="Model">Path of the ONNX file; null for a child that only describes pictures or makes them small, see <see cref="LookLine.Likeness"/> and <see cref="LookLine.Small"/>.</param>
/// <param name="Card">The version's card; null with it.</param>
/// <param name="Floor">Boxes from this score on are told.</param>
/// <param name="Cut">What of each picture is to be made small; null for a child that looks or describes.</param>
internal sealed record LookJob(string? Model, ModelCard? Card, float Floor, LookCut? Cut = null);

/// <summary>The left upper part of a picture, and how wide it becomes; one that is smaller stays as it is.</summary>
internal sealed record LookCut(int WidthPx, int HeightPx, int IntoWidthPx);

/// <summary>A line that a child says: one when it is ready, then one for each frame.</summary>
/// <param name="Found">Boxes of the frame, in px; null when it only says that it is ready.</param>
/// <param name="Problem">Why it cannot look with that version, or not at this frame.</param>
/// <param name="Likeness">What the picture looks like, in numbers.</param>
/// <param name="Small">The picture, cut and made small: a JPEG.</param>
internal sealed record LookLine(IReadOnlyList<Detection>? Found = null, ReportedProblem? Problem = null, byte[]? Likeness = null, byte[]? Small = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LookJob))]
[JsonSerializable(typeof(LookLine))]
internal sealed partial class LookJson : JsonSerializerContext;
