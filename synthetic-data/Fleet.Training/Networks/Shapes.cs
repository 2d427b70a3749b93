using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Operators that give values another shape or order.</summary>
internal static class Shapes
{
    public static Tensor Shape(NodeCall node)
    {
        var x = node.Input(0);
        var (start, end) = (NodeCall.Axis(node.Int("start", 0), x.dim()), NodeCall.Axis(node.Int("end", x.dim()), x.dim()));
        return tensor(x.shape[Math.Clamp(start, 0, (int)x.dim())..Math.Clamp(end, 0, (int)x.dim())]);
    }

    public static Tensor Reshape(NodeCall node)
    {
        var x = node.Input(0);
        var shape = node.Longs("shape", 1) ?? throw node.Refuse("lacks its shape");
        var copies = node.Int("allowzero", 0) == 0;
        return x.reshape([.. shape.Select((size, i) => size == 0 && copies ? x.shape[i] : size)]);
    }

    public static Tensor Flatten(NodeCall node)
    {
        var x = node.Input(0);
        var axis = NodeCall.Axis(node.Int("axis", 1), x.dim());
        return x.reshape(x.shape[..axis].Aggregate(1L, (a, b) => a * b), x.shape[axis..].Aggregate(1L, (a, b) => a * b));
    }

    public static Tensor Transpose(NodeCall node) =>
        node.Input(0).permute(node.Ints("perm", [.. Enumerable.Range(0, (int)node.Input(0).dim()).Reverse().Select(i => (long)i)]));

    public static Tensor Squeeze(NodeCall node)
    {
        var x = node.Input(0);
        var axes = node.Longs("axes", 1)?.Select(a => NodeCall.Axis(a, x.dim())).ToHashSet();
        return x.reshape([.. x.shape.Where((size, i) => axes is null ? size != 1 : !axes.Contains(i))]);
    }

    public static Tensor Unsqueeze(NodeCall node)
    {
        var axes = node.Longs("axes", 1) ?? throw node.Refuse("lacks its axes");
        var dimensions = node.Input(0).dim() + axes.Length;
        return axes.Select(a => NodeCall.Axis(a, dimensions)).Order().Aggregate(node.Input(0).alias(), (x, axis) => x.unsqueeze(axis));
    }

    public static Tensor Concat(NodeCall node)
    {
        var parts = Enumerable.Range(0, node.Count).Select(node.Input).ToList();
        return cat(parts, NodeCall.Axis(node.Int("axis", 0), parts[0].dim()));
    }

    public static Tensor[] Split(NodeCall node)
    {
        var x = node.Input(0);
        var axis = NodeCall.Axis(node.Int("axis", 0), x.dim());
        var each = (x.shape[axis] + node.Outputs - 1) / node.Outputs;
        var sizes = node.Longs("split", 1) ?? [.. Enumerable.Range(0, node.Outputs).Select(i => Math.Min(each, x.shape[axis] - i * each))];
        return x.split(sizes, axis);
    }

    public static Tensor Slice(NodeCall node)
    {
        var x = node.Input(0).alias();
        var starts = node.Longs("starts", 1) ?? throw node.Refuse("lacks its starts");
        var ends = node.Longs("ends", 2) ?? throw node.Refuse("lacks its ends");
        var axes = node.Longs("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = node.Longs(4) ?? [.. starts.Select(_ => 1L)];
        for (var i = 0; i < starts.Length; i++)
        {
            x = Cut(x, NodeCall.Axis(axes[i], x.dim()), starts[i], ends[i], steps[i]);
        }

        return x;
    }

    public static Tensor Gather(NodeCall node)
    {
        var x = node.Input(0);
        var axis = NodeCall.Axis(node.Int("axis", 0), x.dim());
        var indices = node.Input(1).to(ScalarType.Int64);
        var places = indices.Plus(tensor(x.shape[axis])).where(indices.IsNegative(), indices).reshape(-1);
        return x.index_select(axis, places).reshape([.. x.shape[..axis], .. indices.shape, .. x.shape[(axis + 1)..]]);
    }

    public static Tensor Expand(NodeCall node)
    {
        var x = node.Input(0);
        var wanted = node.Longs(1) ?? throw node.Refuse("lacks its shape");
        var dimensions = Math.Max(wanted.Length, (int)x.dim());
        return x.expand([.. Enumerable.Range(1, dimensions).Select(back => Math.Max(At(wanted, back), At(x.shape, back))).Reverse()]);

        static long At(long[] sizes, int back) => back <= sizes.Length ? sizes[^back] : 1;
    }

    public static Tensor Range(NodeCall node)
    {
        var (start, limit, step) = (node.Input(0), node.Input(1), node.Input(2));
        return start.is_integral()
            ? arange(start.ToInt64(), limit.ToInt64(), step.ToInt64(), ScalarType.Int64)
            : arange(start.ToSingle(), limit.ToSingle(), step.ToSingle(), ScalarType.Float32);
    }

    public static Tensor ConstantOfShape(NodeCall node)
    {
        var shape = node.Longs(0) ?? throw node.Refuse("lacks its shape");
        return node.Tensor("value") is { } value ? Constants.AsTensor(value).reshape([]).expand(shape).clone() : zeros(shape);
    }

    public static Tensor Tile(NodeCall node) => node.Input(0).repeat(node.Longs(1) ?? throw node.Refuse("lacks its repeats"));

    public static Tensor Pad(NodeCall node)
    {
        node.Only("mode", "constant", "constant", "reflect", "edge");
        var (x, pads) = (node.Input(0), node.Longs("pads", 1) ?? throw node.Refuse("lacks its pads"));
        if (node.Optional(3) is not null)
        {
            throw node.Refuse("names its axes, which training does not know of it");
        }

        var axes = Enumerable.Range(0, (int)x.dim()).Reverse();
        var sides = axes.SelectMany(axis => new[] { pads[axis], pads[axis + x.dim()] }).ToArray();
        var value = node.Has("value") ? node.Float("value", 0) : node.Optional(2)?.to(ScalarType.Float32).ToSingle() ?? 0;
        return node.Text("mode", "constant") switch
        {
            "constant" => nn.functional.pad(x, sides, PaddingModes.Constant, value),
            var mode when x.dim() == 4 && sides[4..].All(s => s == 0) => nn.functional.pad(x, sides[..4], mode == "edge" ? PaddingModes.Replicate : PaddingModes.Reflect, 0),
            var mode => throw node.Refuse($"pads in mode '{mode}' other than rows and columns of a picture"),
        };
    }

    public static Tensor DepthToSpace(NodeCall node)
    {
        var (x, side) = (node.Input(0), node.Int("blocksize", 1));
        var (n, c, h, w) = (x.shape[0], x.shape[1] / (side * side), x.shape[2], x.shape[3]);
        var cells = node.Text("mode", "DCR") == "CRD"
            ? x.reshape(n, c, side, side, h, w).permute(0, 1, 4, 2, 5, 3)
            : x.reshape(n, side, side, c, h, w).permute(0, 3, 4, 1, 5, 2);
        return cells.reshape(n, c, h * side, w * side);
    }

    public static Tensor SpaceToDepth(NodeCall node)
    {
        var (x, side) = (node.Input(0), node.Int("blocksize", 1));
        var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2] / side, x.shape[3] / side);
        return x.reshape(n, c, h, side, w, side).permute(0, 3, 5, 1, 2, 4).reshape(n, c * side * side, h, w);
    }

    private static Tensor Cut(Tensor x, int axis, long start, long end, long step)
    {
        var size = x.shape[axis];
        var (from, to) = (start < 0 ? start + size : start, end < 0 ? Math.Max(end + size, -1) : end);
        if (step > 0)
        {
            return x.slice(axis, Math.Clamp(from, 0, size), Math.Clamp(to, 0, size), step);
        }

        var places = new List<long>();
        for (var at = Math.Clamp(from, 0, size - 1); at > (end < -size ? -1 : Math.Clamp(to, -1, size)); at += step)
        {
            places.Add(at);
        }

        return x.index_select(axis, tensor(places.ToArray()));
    }
}
