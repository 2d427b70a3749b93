using TorchSharp;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Operators that work element by element, or along an axis.</summary>
internal static class Elements
{
    /// <summary>Training computes in float32 throughout: narrower floats are a form of storage.</summary>
    public static Tensor Cast(NodeCall node) => node.Input(0).to((DataType)node.Int("to", 0) switch
    {
        DataType.Float or DataType.Float16 or DataType.Bfloat16 or DataType.Double => ScalarType.Float32,
        DataType.Uint8 => ScalarType.Byte,
        DataType.Int8 => ScalarType.Int8,
        DataType.Int32 or DataType.Int64 => ScalarType.Int64,
        DataType.Bool => ScalarType.Bool,
        var other => throw node.Refuse($"casts to {other}, which training does not know"),
    });

    public static Tensor Clip(NodeCall node)
    {
        using Scalar low = node.Has("min") ? node.Float("min", 0) : node.Optional(1)?.to(ScalarType.Float32).ToSingle() ?? float.MinValue;
        using Scalar high = node.Has("max") ? node.Float("max", 0) : node.Optional(2)?.to(ScalarType.Float32).ToSingle() ?? float.MaxValue;
        return node.Input(0).clamp(low, high);
    }

    public static Tensor Div(NodeCall node) => node.Input(0).is_integral() && node.Input(1).is_integral()
        ? node.Input(0).div(node.Input(1), RoundingMode.trunc)
        : node.Input(0) / node.Input(1);

    public static Tensor Pow(NodeCall node) => node.Input(0).pow(node.Input(1));

    public static Tensor HardSigmoid(NodeCall node) =>
        node.Input(0).Times(node.Float("alpha", 0.2f)).Plus(node.Float("beta", 0.5f)).Within(0, 1);

    public static Tensor HardSwish(NodeCall node) => node.Input(0) * node.Input(0).Over(6).Plus(0.5).Within(0, 1);

    public static Tensor PRelu(NodeCall node) => node.Input(0).AtLeast(0).Plus(node.Input(0).AtMost(0) * node.Input(1));

    public static Tensor Elu(NodeCall node) => node.Input(0).Exponential(node.Float("alpha", 1));

    public static Tensor Gelu(NodeCall node)
    {
        node.Only("approximate", "none", "none");
        return (node.Input(0) * node.Input(0).Over(Math.Sqrt(2)).erf().Plus(1)).Over(2);
    }

    public static Tensor Softmax(NodeCall node)
    {
        var x = node.Input(0);
        if (node.Opset >= 13)
        {
            return x.softmax(NodeCall.Axis(node.Int("axis", -1), x.dim()));
        }

        // until then it looked at all axes from this one on as one
        var axis = NodeCall.Axis(node.Int("axis", 1), x.dim());
        return x.reshape(x.shape[..axis].Aggregate(1L, (a, b) => a * b), -1).softmax(1).reshape(x.shape);
    }

    public static Tensor Reduce(NodeCall node, Func<Tensor, long[], bool, Tensor> reduce)
    {
        var x = node.Input(0);
        var axes = node.Longs("axes", 1);
        if (axes is null or [] && node.Int("noop_with_empty_axes", 0) != 0)
        {
            return x.alias();
        }

        var all = axes is null or [] ? Enumerable.Range(0, (int)x.dim()).Select(i => (long)i) : axes.Select(a => (long)NodeCall.Axis(a, x.dim()));
        return reduce(x, [.. all], node.Int("keepdims", 1) != 0);
    }

    public static Tensor Dropout(NodeCall node)
    {
        var share = node.Has("ratio") ? node.Float("ratio", 0.5f) : node.Optional(1)?.ToSingle() ?? 0.5f;
        return node.Learning ? nn.functional.dropout(node.Input(0), share, training: true) : node.Input(0).alias();
    }

    public static Tensor Fold(NodeCall node, Func<Tensor, Tensor, Tensor> two) =>
        Enumerable.Range(1, node.Count - 1).Aggregate(node.Input(0).alias(), (all, i) => two(all, node.Input(i)));
}
