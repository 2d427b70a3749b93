using System.Diagnostics;
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
    private readonly Preprocess _preprocess;
    private readonly byte[] _bytes = [];
    private readonly float[] _floats = [];

    public NetworkRun(InferenceSession session, InputSpec input)
    {
        (_session, _preprocess) = (session, new(input));
        long[] shape = [1, _preprocess.Planes, input.HeightPx, input.WidthPx];
        if (input.Element == InputRules.UInt8)
        {
            _bytes = new byte[_preprocess.Length];
            _values.Add(OrtValue.CreateTensorValueFromMemory(_bytes, shape));
        }
        else
        {
            _floats = new float[_preprocess.Length];
            _values.Add(OrtValue.CreateTensorValueFromMemory(_floats, shape));
        }

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

    public Placement Run(Frame frame)
    {
        var placement = _bytes.Length > 0 ? _preprocess.Write(frame, _bytes) : _preprocess.Write(frame, _floats);
        var started = Stopwatch.GetTimestamp();
        _session.RunWithBinding(_options, _binding);
        InferenceMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
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
            if (facts.ElementDataType != TensorElementType.Float)
            {
                throw new ProblemException(Problems.ModelHead, $"The network's output '{name}' is {facts.ElementDataType}; wanted is float32. Cast it in the graph.");
            }

            var values = new float[facts.ElementCount];
            _values.Add(OrtValue.CreateTensorValueFromMemory(values, facts.Shape));
            outputs.Add(new(name, [.. facts.Shape.Select(d => (int)d)], values));
        }

        return outputs;
    }
}
