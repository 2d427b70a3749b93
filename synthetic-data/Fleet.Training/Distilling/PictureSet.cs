using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Vision;
using static TorchSharp.torch;

namespace Fleet.Training.Distilling;

/// <summary>Pictures as one network is fed them, kept as bytes; no labels are needed.</summary>
internal sealed class PictureSet
{
    private readonly InputSpec _input;
    private readonly byte[][] _pictures;
    private readonly int _planes;

    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: the network takes no pictures.</exception>
    public PictureSet(InputSpec input, IEnumerable<Frame> frames)
    {
        if (input.Layout == Layouts.Tiles)
        {
            throw new ProblemException(Problems.ModelHead, "The network takes a list of tiles; give the form of it that takes whole frames.");
        }

        _input = input;
        var preprocess = new Preprocess(input with { Element = InputRules.UInt8, Scale = 1, Mean = [], Std = [] });
        _planes = preprocess.Planes;
        _pictures = [.. frames.Select(frame =>
        {
            var bytes = new byte[preprocess.Length];
            preprocess.Write(frame, bytes);
            return bytes;
        })];
    }

    public int Count => _pictures.Length;

    /// <summary>Some of the pictures as the network's input.</summary>
    /// <param name="chosen">Which, and whether mirrored.</param>
    public Tensor Batch(IReadOnlyList<(int Index, bool Mirrored)> chosen)
    {
        var isLast = _input.Layout == Layouts.Nhwc;
        long[] shape = isLast ? [1, _input.HeightPx, _input.WidthPx, _planes] : [1, _planes, _input.HeightPx, _input.WidthPx];
        var bytes = cat([.. chosen.Select(c =>
        {
            var picture = tensor(_pictures[c.Index], shape, dtype: ScalarType.Byte);
            return c.Mirrored ? picture.flip(isLast ? 2 : 3) : picture;
        })]);
        return _input.Element == InputRules.UInt8 ? bytes : Normalised(bytes.to(ScalarType.Float32), isLast);
    }

    private Tensor Normalised(Tensor values, bool isLast)
    {
        var scaled = values * _input.Scale;
        var moved = _input.Mean.Count == 0 ? scaled : scaled - Each(_input.Mean, isLast);
        return _input.Std.Count == 0 ? moved : moved / Each(_input.Std, isLast);
    }

    private static Tensor Each(IReadOnlyList<float> values, bool isLast) => tensor([.. values], isLast ? [1, 1, 1, values.Count] : [1, values.Count, 1, 1]);
}
