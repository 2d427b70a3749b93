using Fleet.Contracts;
using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Frames;

/// <summary>Bytes of pictures as the input of one network: what a device computes on the processor is computed on tensors here.</summary>
internal sealed class InputTensor(InputSpec input)
{
    private readonly int _planes = InputRules.PlanesOf(input.Color);

    /// <summary>The same input as bytes, plane by plane: what pictures are kept and altered as.</summary>
    public InputSpec AsBytes => input with { Element = InputRules.UInt8, Scale = 1, Mean = [], Std = [], Layout = Layouts.Nchw };

    /// <summary>[count, planes, height, width] bytes as the network wants them.</summary>
    public Tensor Of(byte[] planes, int count)
    {
        var bytes = tensor(planes, [count, _planes, input.HeightPx, input.WidthPx], dtype: ScalarType.Byte);
        var moved = input.Element == InputRules.UInt8 ? bytes : Normalised(bytes.to(ScalarType.Float32));
        return input.Layout == Layouts.Nhwc ? moved.permute(0, 2, 3, 1).contiguous() : moved;
    }

    private Tensor Normalised(Tensor values)
    {
        var scaled = values.Times(input.Scale);
        var moved = input.Mean.Count == 0 ? scaled : scaled - Each(input.Mean);
        return input.Std.Count == 0 ? moved : moved / Each(input.Std);
    }

    private static Tensor Each(IReadOnlyList<float> values) => tensor([.. values], [1, values.Count, 1, 1]);
}
