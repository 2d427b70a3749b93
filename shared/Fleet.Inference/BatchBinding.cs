using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Fleet.Vision;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>Input and outputs of runs with one number of pictures, bound once.</summary>
internal sealed class BatchBinding : IDisposable
{
    private readonly int _count;
    private readonly List<OrtValue> _values = [];
    private readonly List<(float[] Floats, Float16[] Halves)> _outputs = [];

    /// <param name="binding">Owned by this.</param>
    /// <param name="count">Number of pictures.</param>
    /// <param name="input">Name and memory of the input; owned by this.</param>
    /// <param name="outputs">Outputs of one picture.</param>
    /// <param name="isHalf">Which of them are 16 bits wide.</param>
    public BatchBinding(OrtIoBinding binding, int count, (string Name, OrtValue Value) input, IReadOnlyList<HeadOutput> outputs, IReadOnlyList<bool> isHalf)
    {
        (Binding, _count) = (binding, count);
        _values.Add(input.Value);
        binding.BindInput(input.Name, input.Value);
        for (var i = 0; i < outputs.Count; i++)
        {
            Bind(outputs[i], isHalf[i]);
        }
    }

    public OrtIoBinding Binding { get; }

    /// <summary>Shares what a run gave out among the pictures; one picture's own memory was bound, unless it must be widened.</summary>
    public void Share(IReadOnlyList<HeadOutput[]> pictures)
    {
        for (var i = 0; i < _outputs.Count; i++)
        {
            var (floats, halves) = _outputs[i];
            for (var slot = 0; slot < _count; slot++)
            {
                var into = pictures[slot][i].Values;
                if (halves.Length > 0)
                {
                    TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(halves.AsSpan(slot * into.Length, into.Length)), into);
                }
                else if (floats != into)
                {
                    floats.AsSpan(slot * into.Length, into.Length).CopyTo(into);
                }
            }
        }
    }

    public void Dispose()
    {
        Binding.Dispose();
        _values.ForEach(v => v.Dispose());
    }

    private void Bind(HeadOutput output, bool isHalf)
    {
        long[] shape = [_count * (long)output.Shape[0], .. output.Shape.Skip(1).Select(d => (long)d)];
        var length = output.Values.Length * _count;
        Float16[] halves = isHalf ? new Float16[length] : [];
        var floats = isHalf ? [] : _count == 1 ? output.Values : new float[length];
        var value = isHalf ? OrtValue.CreateTensorValueFromMemory(halves, shape) : OrtValue.CreateTensorValueFromMemory(floats, shape);
        _values.Add(value);
        _outputs.Add((floats, halves));
        Binding.BindOutput(output.Name, value);
    }
}
