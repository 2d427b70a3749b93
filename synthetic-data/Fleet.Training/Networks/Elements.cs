using TorchSharp;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Operators that work element by element.</summary>
internal static class Elements
{
    public static ScalarType TypeOf(NodeCall node) => (DataType)node.Int("to", 0) switch
    {
        DataType.Float => ScalarType.Float32,
        DataType.Float16 => ScalarType.Float16,
        DataType.Uint8 => ScalarType.Byte,
        DataType.Int32 => ScalarType.Int32,
        DataType.Int64 => ScalarType.Int64,
        DataType.Bool => ScalarType.Bool,
        var other => throw node.Refuse($"casts to {other}, which training does not know"),
    };

    public static Tensor Clip(NodeCall node)
    {
        var low = node.Optional(1)?.ToSingle() ?? float.MinValue;
        var high = node.Optional(2)?.ToSingle() ?? float.MaxValue;
        return node.Input(0).clamp(low, high);
    }

    public static Tensor Concat(NodeCall node)
    {
        var parts = new List<Tensor>();
        for (var i = 0; node.Optional(i) is { } part; i++)
        {
            parts.Add(part);
        }

        return cat(parts, node.Int("axis", 0));
    }
}
