using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Fleet.Inference;

/// <summary>A session with its input and output memory bound once, so that a run makes no garbage.</summary>
internal sealed class NetworkRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _values = [];
    private readonly List<(Float16[] From, float[] To)> _halves = [];
    private readonly PictureMemory _picture;

    public NetworkRun(InferenceSession session, InputSpec input)
    {
        (_session, _picture) = (session, new(input, session.InputMetadata[input.Name].Dimensions.Length));
        _values.Add(_picture.Value);
        Outputs = MakeOutputs(input.Name);
        _binding = session.CreateIoBinding();
        _binding.BindInput(input.Name, _values[0]);
        for (var i = 0; i < Outputs.Count; i++)
        {
            _binding.BindOutput(Outputs[i].Name, _values[i + 1]);
        }
    }

    /// <summary>The outputs of the last run; the arrays stay the same.</summary>
    public IReadOnlyList<HeadOutput> Outputs { get; }

    /// <summary>Time the network alone took on the last run, ms.</summary>
    public double InferenceMs { get; private set; }

    /// <summary>Time the frame took to become a tensor on the last run, ms.</summary>
    public double PreprocessMs { get; private set; }

    public Placement Run(Frame frame)
    {
        var began = Stopwatch.GetTimestamp();
        var placement = _picture.Write(frame);
        var started = Stopwatch.GetTimestamp();
        _session.RunWithBinding(_options, _binding);
        (PreprocessMs, InferenceMs) = (Stopwatch.GetElapsedTime(began, started).TotalMilliseconds, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        foreach (var (from, to) in _halves)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(from), to);
        }

        return placement;
    }

    public void Dispose()
    {
        _binding.Dispose();
        _values.ForEach(v => v.Dispose());
        _options.Dispose();
        _session.Dispose();
    }

    // one run with memory of the runtime's own tells the true shapes, also where the file leaves them free
    private List<HeadOutput> MakeOutputs(string inputName)
    {
        var outputs = new List<HeadOutput>();
        using var results = _session.Run(_options, [inputName], [_values[0]], _session.OutputNames);
        for (var i = 0; i < results.Count; i++)
        {
            var (name, facts) = (_session.OutputNames[i], results[i].GetTensorTypeAndShape());
            var values = new float[facts.ElementCount];
            _values.Add(facts.ElementDataType switch
            {
                TensorElementType.Float => OrtValue.CreateTensorValueFromMemory(values, facts.Shape),
                TensorElementType.Float16 => Halves(values, facts.Shape),
                _ => throw new ProblemException(Problems.ModelHead, $"The network's output '{name}' is {facts.ElementDataType}; wanted is float32 or float16. Cast it in the graph."),
            });
            outputs.Add(new(name, [.. facts.Shape.Select(d => (int)d)], values));
        }

        return outputs;
    }

    private OrtValue Halves(float[] values, long[] shape)
    {
        var halves = new Float16[values.Length];
        _halves.Add((halves, values));
        return OrtValue.CreateTensorValueFromMemory(halves, shape);
    }
}
