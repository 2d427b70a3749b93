using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>Memory of a network's input, for one or several pictures.</summary>
internal sealed class InputTensor
{
    private readonly InputSpec _input;
    private readonly Preprocess _preprocess;
    private readonly byte[] _bytes = [];
    private readonly float[] _floats = [];

    /// <param name="input">One picture.</param>
    /// <param name="pictures">How many fit.</param>
    public InputTensor(InputSpec input, int pictures)
    {
        (_input, _preprocess) = (input, new(input));
        if (input.Element == InputRules.UInt8)
        {
            _bytes = new byte[_preprocess.Length * pictures];
        }
        else
        {
            _floats = new float[_preprocess.Length * pictures];
        }
    }

    /// <summary>The first <paramref name="count"/> pictures as the runtime sees them; the memory stays the same.</summary>
    public OrtValue Value(int count)
    {
        long[] shape = [count, _preprocess.Planes, _input.HeightPx, _input.WidthPx];
        var length = count * _preprocess.Length;
        return _bytes.Length > 0
            ? OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _bytes.AsMemory(0, length), shape)
            : OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _floats.AsMemory(0, length), shape);
    }

    /// <summary>Writes <paramref name="frame"/> as picture <paramref name="slot"/>.</summary>
    public Placement Place(Frame frame, int slot)
    {
        var (from, length) = (slot * _preprocess.Length, _preprocess.Length);
        return _bytes.Length > 0 ? _preprocess.Write(frame, _bytes.AsSpan(from, length)) : _preprocess.Write(frame, _floats.AsSpan(from, length));
    }
}
