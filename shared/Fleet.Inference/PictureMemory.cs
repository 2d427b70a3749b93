using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>Memory of a network's input, for one or several pictures, of whichever element and layout the card says, and what writes frames into it.</summary>
internal sealed class PictureMemory
{
    private readonly Preprocess _preprocess;
    private readonly long[] _shape;
    private readonly byte[] _bytes = [];
    private readonly float[] _floats = [];
    private readonly Float16[] _halves = [];

    /// <param name="input">What the network is fed.</param>
    /// <param name="rank">Axes of the network's input: tiles come flat (2) or as pictures (4).</param>
    /// <param name="pictures">How many fit.</param>
    public PictureMemory(InputSpec input, int rank, int pictures)
    {
        (_preprocess, _shape) = (new(input), ShapeOf(input, rank));
        var length = _preprocess.Length * pictures;
        _ = input.Element switch
        {
            InputRules.UInt8 => (_bytes = new byte[length]).Length,
            InputRules.Float16 => (_halves = new Float16[length]).Length,
            _ => (_floats = new float[length]).Length,
        };
    }

    /// <summary>Shape of the tensor that one frame makes.</summary>
    public static long[] ShapeOf(InputSpec input, int rank)
    {
        var planes = InputRules.PlanesOf(input.Color);
        return input.Layout switch
        {
            Layouts.Nhwc => [1, input.HeightPx, input.WidthPx, planes],
            Layouts.Tiles when rank == 2 => [InputRules.TilesOf(input), (long)planes * input.TilePx * input.TilePx],
            Layouts.Tiles => [InputRules.TilesOf(input), planes, input.TilePx, input.TilePx],
            _ => [1, planes, input.HeightPx, input.WidthPx],
        };
    }

    /// <summary>The first <paramref name="count"/> pictures as the runtime sees them; the caller's to dispose, the memory stays the same.</summary>
    public OrtValue Value(int count)
    {
        long[] shape = [count * _shape[0], .. _shape[1..]];
        var length = count * _preprocess.Length;
        return _preprocess.Input.Element switch
        {
            InputRules.UInt8 => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _bytes.AsMemory(0, length), shape),
            InputRules.Float16 => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _halves.AsMemory(0, length), shape),
            _ => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _floats.AsMemory(0, length), shape),
        };
    }

    /// <summary>Writes <paramref name="frame"/> as picture <paramref name="slot"/>.</summary>
    public Placement Write(Frame frame, int slot)
    {
        var (from, length) = (slot * _preprocess.Length, _preprocess.Length);
        return _preprocess.Input.Element switch
        {
            InputRules.UInt8 => _preprocess.Write(frame, _bytes.AsSpan(from, length)),
            InputRules.Float16 => _preprocess.Write(frame, MemoryMarshal.Cast<Float16, Half>(_halves.AsSpan(from, length))),
            _ => _preprocess.Write(frame, _floats.AsSpan(from, length)),
        };
    }
}
