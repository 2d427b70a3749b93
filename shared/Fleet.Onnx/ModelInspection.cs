using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>One layer that multiplies by a constant weight, with four verdicts about 2:4 sparsity.</summary>
/// <param name="Node">Name of the operator, or of its output where it has none.</param>
/// <param name="Operator">Its type.</param>
/// <param name="Weight">Name of the weight.</param>
/// <param name="Shape">[out, in, kh, kw] or [out, in]; in is that of one group.</param>
/// <param name="MultiplyAdds">Of one frame at the declared input size, 640 where that is free.</param>
/// <param name="MacShare">Share of the network's multiply-adds, 0 to 1.</param>
/// <param name="ZeroShare">Share of the weights that are zero, 0 to 1.</param>
/// <param name="Valid">First verdict: every group of 4 along the input channels has at most 2 non-zeros.</param>
/// <param name="Eligible">Second: the published recipe prunes it; output channels are a multiple of 8, input channels of 16, and it is not grouped.</param>
/// <param name="WhyDense">Why the recipe leaves it; null where it does not.</param>
/// <param name="LikelyToPay">Third: 256 channels and more on both sides; below, sparse kernels are rarely the faster ones.</param>
/// <param name="BuilderEligible">TensorRT found it fit for sparse kernels; null without a build log.</param>
/// <param name="BuilderPicked">Fourth: TensorRT's builder picked a sparse kernel for it; null without a build log, or where the log gives only numbers.</param>
public sealed record LayerInspection(
    string Node,
    string Operator,
    string Weight,
    IReadOnlyList<long> Shape,
    double MultiplyAdds,
    double MacShare,
    double ZeroShare,
    bool Valid,
    bool Eligible,
    string? WhyDense,
    bool LikelyToPay,
    bool? BuilderEligible,
    bool? BuilderPicked);

/// <summary>A network layer by layer.</summary>
/// <param name="Layers">In graph order.</param>
/// <param name="MultiplyAdds">Of all of them.</param>
/// <param name="Log">What TensorRT's builder said, where its log was given.</param>
/// <param name="Unmatched">Names in the log that no layer has: fused away, or from another model.</param>
public sealed record ModelInspection(IReadOnlyList<LayerInspection> Layers, double MultiplyAdds, BuildLog? Log, IReadOnlyList<string> Unmatched)
{
    private const int RecipeOutputs = 8;
    private const int RecipeInputs = 16;
    private const int PayingChannels = 256;

    /// <summary>Inspects <paramref name="model"/>, with TensorRT's build log where there is one.</summary>
    public static ModelInspection Of(ModelProto model, BuildLog? log)
    {
        var layers = new WeightLayers(model.Graph);
        var sizes = new SpatialSizes(model.Graph, layers.Constants);
        var weighed = layers.All.Select(layer => (layer, macs: layer.Weights * (layer.IsMatrix ? 1 : sizes.Area(layer.Output)))).ToList();
        var total = weighed.Sum(l => l.macs);
        var inspected = weighed.ConvertAll(l => Inspect(l.layer, l.macs, total, log));
        var names = layers.All.SelectMany(l => NamesOf(l.Node)).ToHashSet();
        return new(inspected, total, log, [.. (log?.Eligible ?? []).Concat(log?.Picked ?? []).Distinct().Where(entry => !BuildLog.Parts(entry).Any(names.Contains))]);
    }

    private static LayerInspection Inspect(WeightLayer layer, double macs, double total, BuildLog? log)
    {
        var (outputs, inputs) = (layer.Shape[0], layer.Shape[1]);
        var values = layer.Values();
        var why = WhyDense(layer);
        return new(
            layer.Node.Name.Length > 0 ? layer.Node.Name : layer.Output,
            layer.Node.OpType,
            layer.Name,
            layer.Shape,
            macs,
            macs / Math.Max(total, 1),
            values is null or [] ? 0 : (double)values.Count(v => v == 0) / values.Length,
            values is not null && SparsityReport.IsTwoOfFour(values, (int)outputs, (int)inputs),
            Eligible: why is null,
            why,
            LikelyToPay: layer.Groups == 1 && inputs >= PayingChannels && outputs >= PayingChannels,
            log?.IsEligible(NamesOf(layer.Node)),
            log?.IsPicked(NamesOf(layer.Node)));
    }

    private static string? WhyDense(WeightLayer layer) =>
        layer.Groups > 1 ? $"in {layer.Groups} groups"
        : layer.Shape[1] % RecipeInputs != 0 ? $"{layer.Shape[1]} input channels are no multiple of {RecipeInputs}"
        : layer.Shape[0] % RecipeOutputs != 0 ? $"{layer.Shape[0]} output channels are no multiple of {RecipeOutputs}"
        : null;

    // TensorRT's parser names an operator without a name after its output
    private static string[] NamesOf(NodeProto node) => node.Name.Length > 0 ? [node.Name] : [node.Output[0], $"node_of_{node.Output[0]}"];
}
