using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Fleet.Training.Networks;
using Microsoft.ML.OnnxRuntime;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static TorchSharp.torch;

namespace Fleet.Training.Evaluation;

/// <summary>Noise that a graph can be fed with, for ONNX Runtime and for training alike.</summary>
/// <param name="Name">Of the graph's input.</param>
/// <param name="Shape">With free sizes filled in.</param>
/// <param name="Bytes">Values of a uint8 input; null for numbers.</param>
/// <param name="Numbers">Values of a float32 input; null for bytes.</param>
internal sealed record GraphFeed(string Name, long[] Shape, byte[]? Bytes, float[]? Numbers)
{
    private const long FreeSidePx = 96;

    /// <param name="model">A graph that computes in float32.</param>
    /// <param name="input">Where given, its sides fill those that the graph leaves free, and its values are in its range.</param>
    /// <param name="count">Pictures, where the graph leaves their number free.</param>
    public static GraphFeed Of(ModelProto model, InputSpec? input, int count = 1)
    {
        var constants = Constants.Of(model.Graph);
        var fed = model.Graph.Input.First(i => !constants.ContainsKey(i.Name));
        var sizes = fed.Type.TensorType.Shape.Dim;
        var shape = sizes.Select((d, axis) => d.HasDimValue && d.DimValue > 0 ? d.DimValue : Free(axis, sizes.Count, input, count)).ToArray();
        var random = Chance.From(seed: 1, "agreement");
        var length = shape.Aggregate(1L, (a, b) => a * b);
        if ((DataType)fed.Type.TensorType.ElemType is DataType.Uint8)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return new(fed.Name, shape, bytes, null);
        }

        var (scale, mean, deviation) = (input?.Scale ?? 1f / 255, input?.Mean is [var middle, ..] ? middle : 0, input?.Std is [var first, ..] ? first : 1);
        return new(fed.Name, shape, null, [.. Enumerable.Range(0, (int)length).Select(_ => (random.Next(256) * scale - mean) / deviation)]);
    }

    public Tensor AsTensor() => Bytes is not null ? tensor(Bytes, Shape, dtype: ScalarType.Byte) : tensor(Numbers!, Shape);

    public OrtValue AsValue() => Bytes is not null ? OrtValue.CreateTensorValueFromMemory(Bytes, Shape) : OrtValue.CreateTensorValueFromMemory(Numbers!, Shape);

    private static long Free(int axis, int dimensions, InputSpec? input, int count) => axis switch
    {
        0 => count,
        1 when dimensions == 4 => input?.Color == "gray" ? 1 : 3,
        2 when dimensions == 4 => input?.HeightPx ?? FreeSidePx,
        3 when dimensions == 4 => input?.WidthPx ?? FreeSidePx,
        _ => FreeSidePx,
    };
}
