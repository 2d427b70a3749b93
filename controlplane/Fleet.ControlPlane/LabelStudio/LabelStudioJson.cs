using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fleet.ControlPlane.LabelStudio;

/// <summary>What Label Studio asks for; it sends much more, which is not looked at.</summary>
/// <param name="Tasks">The tasks; an answer has one prediction for each, in their order.</param>
/// <param name="LabelConfig">The project's labelling setup, XML.</param>
internal sealed record PredictRequest(IReadOnlyList<LabelStudioTask>? Tasks, string? LabelConfig);

/// <summary>A task.</summary>
/// <param name="Id">Its id in Label Studio.</param>
/// <param name="Data">Its data by name.</param>
internal sealed record LabelStudioTask(JsonElement? Id, IReadOnlyDictionary<string, JsonElement>? Data);

/// <summary>What Label Studio says when it connects.</summary>
/// <param name="Schema">The project's labelling setup, XML.</param>
internal sealed record SetupRequest(string? Schema);

/// <summary>Which version predicts.</summary>
internal sealed record SetupResponse(string ModelVersion);

/// <summary>That the server is there.</summary>
internal sealed record HealthAnswer(string Status, string ModelClass);

/// <summary>A prediction for each task.</summary>
internal sealed record PredictResponse(IReadOnlyList<Prediction> Results);

/// <summary>What was found on a task's picture.</summary>
/// <param name="Result">Its boxes.</param>
/// <param name="Score">The mean score of its boxes, 0 where there are none: tasks of which the version is least sure come first when Label Studio orders by it.</param>
/// <param name="ModelVersion">The version.</param>
internal sealed record Prediction(IReadOnlyList<Region> Result, double Score, string ModelVersion);

/// <summary>A box.</summary>
internal sealed record Region(string Id, string FromName, string ToName, string Type, int OriginalWidth, int OriginalHeight, int ImageRotation, double Score, RegionValue Value);

/// <summary>Where it is, in percent of the picture, and what it is.</summary>
internal sealed record RegionValue(double X, double Y, double Width, double Height, double Rotation, [property: JsonPropertyName("rectanglelabels")] IReadOnlyList<string> RectangleLabels);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 32)]
[JsonSerializable(typeof(PredictRequest))]
[JsonSerializable(typeof(SetupRequest))]
[JsonSerializable(typeof(SetupResponse))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(PredictResponse))]
internal sealed partial class LabelStudioJson : JsonSerializerContext;
