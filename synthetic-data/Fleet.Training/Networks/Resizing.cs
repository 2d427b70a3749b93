using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Resize and Upsample: nearest and linear, in each of ONNX's ways to map a place.</summary>
internal static class Resizing
{
    public static Tensor Resize(NodeCall node)
    {
        node.Only("mode", "nearest", "nearest", "linear");
        node.Only("antialias", 0);
        node.Only("keep_aspect_ratio_policy", "stretch", "stretch");
        if (node.Has("axes"))
        {
            throw node.Refuse("names its axes, which training does not know of it");
        }

        var map = node.Text("coordinate_transformation_mode", node.Opset < 11 ? "asymmetric" : "half_pixel");
        return Each(node, map, node.Text("nearest_mode", node.Opset < 11 ? "floor" : "round_prefer_floor"), node.Optional(node.Opset < 11 ? 1 : 2), node.Longs(3));
    }

    public static Tensor Upsample(NodeCall node)
    {
        node.Only("mode", "nearest", "nearest", "linear");
        var attribute = node.Floats("scales");
        return Each(node, "asymmetric", "floor", attribute is null ? node.Input(1) : tensor(attribute), sizes: null);
    }

    private static Tensor Each(NodeCall node, string map, string round, Tensor? scales, long[]? sizes)
    {
        var x = node.Input(0);
        var factors = Factors(x, scales, sizes) ?? throw node.Refuse("has neither scales nor sizes");
        if (node.Text("mode", "nearest") == "nearest" && IsRepeat(x, factors, map, round))
        {
            return nn.functional.interpolate(x, scale_factor: [factors[2], factors[3]], mode: InterpolationMode.Nearest);
        }

        for (var axis = 0; axis < factors.Length; axis++)
        {
            var target = sizes is { Length: > 0 } ? sizes[axis] : (long)Math.Floor(x.shape[axis] * factors[axis]);
            if (target != x.shape[axis] || factors[axis] != 1)
            {
                var places = Places(node, map, x.shape[axis], target, factors[axis]);
                x = node.Text("mode", "nearest") == "nearest" ? Nearest(node, x, axis, places, round) : Linear(x, axis, places);
            }
        }

        return x;
    }

    private static double[]? Factors(Tensor x, Tensor? scales, long[]? sizes) =>
        scales is not null && scales.numel() > 0 ? [.. scales.to(ScalarType.Float32).contiguous().data<float>().ToArray().Select(s => (double)s)]
        : sizes is { Length: > 0 } ? [.. sizes.Select((s, i) => (double)s / x.shape[i])]
        : null;

    // a whole factor repeats each value, whichever way the places are mapped but by their corners
    private static bool IsRepeat(Tensor x, double[] factors, string map, string round) =>
        x.dim() == 4 && factors[0] == 1 && factors[1] == 1 && factors.All(f => f >= 1 && f == Math.Floor(f))
        && (map == "asymmetric" ? round == "floor" : map is "half_pixel" or "pytorch_half_pixel" && round.StartsWith("round_prefer", StringComparison.Ordinal));

    private static double[] Places(NodeCall node, string map, long from, long to, double factor)
    {
        Func<long, double> place = map switch
        {
            "asymmetric" => i => i / factor,
            "half_pixel" => i => (i + 0.5) / factor - 0.5,
            "pytorch_half_pixel" => i => to > 1 ? (i + 0.5) / factor - 0.5 : 0,
            "align_corners" => i => to > 1 ? i * (from - 1.0) / (to - 1) : 0,
            _ => throw node.Refuse($"has coordinate_transformation_mode '{map}', which training does not know"),
        };
        return [.. Enumerable.Range(0, (int)to).Select(i => Math.Clamp(place(i), 0, from - 1))];
    }

    private static Tensor Nearest(NodeCall node, Tensor x, int axis, double[] places, string round)
    {
        Func<double, double> nearest = round switch
        {
            "floor" => Math.Floor,
            "ceil" => Math.Ceiling,
            "round_prefer_floor" => p => Math.Ceiling(p - 0.5),
            "round_prefer_ceil" => p => Math.Floor(p + 0.5),
            _ => throw node.Refuse($"has nearest_mode '{round}', which training does not know"),
        };
        return x.index_select(axis, tensor(places.Select(p => (long)nearest(p)).ToArray()));
    }

    private static Tensor Linear(Tensor x, int axis, double[] places)
    {
        var last = x.shape[axis] - 1;
        var share = tensor(places.Select(p => (float)(p - Math.Floor(p))).ToArray(), [.. Enumerable.Range(0, (int)x.dim()).Select(d => d == axis ? places.Length : 1L)]);
        var low = x.index_select(axis, tensor(places.Select(p => (long)Math.Floor(p)).ToArray()));
        var high = x.index_select(axis, tensor(places.Select(p => Math.Min(last, (long)Math.Floor(p) + 1)).ToArray()));
        return low.Plus((high - low) * share);
    }
}
