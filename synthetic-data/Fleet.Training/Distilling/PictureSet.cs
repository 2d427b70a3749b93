using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Vision;
using static TorchSharp.torch;

namespace Fleet.Training.Distilling;

/// <summary>Pictures as one network is fed them, kept as bytes; no labels are needed.</summary>
internal sealed class PictureSet
{
    private readonly InputTensor _tensor;
    private readonly byte[][] _pictures;
    private readonly int _widthPx;

    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: the network takes no pictures.</exception>
    public PictureSet(InputSpec input, IEnumerable<Frame> frames)
    {
        if (input.Layout == Layouts.Tiles)
        {
            throw new ProblemException(Problems.ModelHead, "The network takes a list of tiles; give the form of it that takes whole frames.");
        }

        (_tensor, _widthPx) = (new InputTensor(input), input.WidthPx);
        var preprocess = new Preprocess(_tensor.AsBytes);
        _pictures = [.. frames.Select(frame =>
        {
            var bytes = new byte[preprocess.Length];
            preprocess.Write(frame, bytes);
            return bytes;
        })];
    }

    public int Count => _pictures.Length;

    /// <summary>Identity of all pictures and their order.</summary>
    public string Fingerprint() => Digest.Of([.. _pictures.SelectMany(p => Digest.Of(p).Hex).Select(c => (byte)c)]).Hex;

    /// <summary>Some of the pictures as the network's input.</summary>
    /// <param name="chosen">Which, and whether mirrored.</param>
    public Tensor Batch(IReadOnlyList<(int Index, bool Mirrored)> chosen) =>
        _tensor.Of([.. chosen.SelectMany(c => c.Mirrored ? Mirror(_pictures[c.Index]) : _pictures[c.Index])], chosen.Count);

    private byte[] Mirror(byte[] planes)
    {
        var mirrored = planes.ToArray();
        for (var row = 0; row < planes.Length; row += _widthPx)
        {
            mirrored.AsSpan(row, _widthPx).Reverse();
        }

        return mirrored;
    }
}
