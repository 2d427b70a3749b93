using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Training.Runs;

namespace Fleet.Training.Tiles;

/// <summary>What a training of a tile classifier did and how good the result is.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Frames">Synthetic frames that were rendered to learn from.</param>
/// <param name="Steps">Steps of learning in all.</param>
/// <param name="Seconds">From start to end.</param>
/// <param name="Threshold">Score threshold that was chosen, on frames of another seed than those measured on.</param>
/// <param name="SizeBytes">Of the network's file.</param>
/// <param name="EngineDifference">Largest difference of any output between training and ONNX Runtime.</param>
/// <param name="FormsDifference">Largest difference of any tile's score between the list of tiles and the whole frame, in ONNX Runtime.</param>
/// <param name="Dense">The network before it was pruned; null where nothing was pruned.</param>
/// <param name="Result">The result.</param>
/// <param name="DenseLayers">Layers that were left dense, with the reason.</param>
internal sealed record TilesReport(
    string Model,
    long Seed,
    int Frames,
    int Steps,
    double Seconds,
    float Threshold,
    long SizeBytes,
    double EngineDifference,
    double FormsDifference,
    TileFigures? Dense,
    TileFigures Result,
    IReadOnlyList<string> DenseLayers)
{
    /// <summary>The dense network trained on as long as the pruned one; null where the recipe asked for none.</summary>
    public TileFigures? Control { get; init; }

    /// <summary>The forms that the recipe asked for, of the network that takes whole frames.</summary>
    public IReadOnlyList<VariantMeasure> Variants { get; init; } = [];
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(TilesReport))]
internal sealed partial class TilesJson : JsonSerializerContext;
