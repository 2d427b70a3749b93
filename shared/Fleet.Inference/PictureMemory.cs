using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>Memory of a network's input, of whichever element and layout the card says, and what writes frames into it.</summary>
internal sealed class PictureMemory
{
    private readonly Preprocess _preprocess;
    private readonly byte[] _bytes = [];
    private readonly float[] _floats = [];
    private readonly Float16[] _halves = [];

    /// <param name="input">What the network is fed.</param>
    /// <param name="rank">Axes of the network's input: tiles come flat (2) or as pictures (4).</param>
    public PictureMemory(InputSpec input, int rank)
    {
        _preprocess = new(input);
        var shape = ShapeOf(input, rank);
        Value = input.Element switch
        {
            InputRules.UInt8 => OrtValue.CreateTensorValueFromMemory(_bytes = new byte[_preprocess.Length], shape),
            InputRules.Float16 => OrtValue.CreateTensorValueFromMemory(_halves = new Float16[_preprocess.Length], shape),
            _ => OrtValue.CreateTensorValueFromMemory(_floats = new float[_preprocess.Length], shape),
        };
    }

    /// <summary>The input tensor; the caller's to dispose.</summary>
    public OrtValue Value { get; }

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

    /// <summary>Writes <paramref name="frame"/>.</summary>
    public Placement Write(Frame frame) => _preprocess.Input.Element switch
    {
        InputRules.UInt8 => _preprocess.Write(frame, _bytes),
        InputRules.Float16 => _preprocess.Write(frame, MemoryMarshal.Cast<Float16, Half>(_halves.AsSpan())),
        _ => _preprocess.Write(frame, _floats),
    };
}
