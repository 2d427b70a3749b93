using System.Diagnostics;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Fleet.Inference;

/// <summary>A session with its input and output memory bound once for each number of pictures, so that a run makes no garbage.</summary>
internal sealed class NetworkRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly InputTensor _tensor;
    private readonly string _input;
    private readonly List<HeadOutput[]> _outputs = [];
    private readonly BatchBinding?[] _bindings;

    /// <summary>Owns <paramref name="session"/> and runs it once on what its memory holds.</summary>
    /// <param name="session">Closed with this, also when this fails.</param>
    /// <param name="input">One picture.</param>
    /// <param name="maxBatch">Pictures at once; a network whose batch is fixed takes 1 all the same.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: an output of another kind than float32.</exception>
    public NetworkRun(InferenceSession session, InputSpec input, int maxBatch = 1)
    {
        (_session, _input) = (session, input.Name);
        try
        {
            MaxBatch = session.InputMetadata.TryGetValue(input.Name, out var facts) && facts.Dimensions is [< 1, ..] ? maxBatch : 1;
            _bindings = new BatchBinding?[MaxBatch + 1];
            _tensor = new InputTensor(input, MaxBatch);
            _outputs.AddRange(Enumerable.Range(0, MaxBatch).Select(_ => Array.Empty<HeadOutput>()));
            FindOutputs();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Pictures that one run can take.</summary>
    public int MaxBatch { get; }

    /// <summary>Time the network alone took on the last run, ms, whatever the number of pictures.</summary>
    public double InferenceMs { get; private set; }

    /// <summary>What the last run gave for picture <paramref name="slot"/>; the arrays stay the same.</summary>
    public IReadOnlyList<HeadOutput> Outputs(int slot = 0) => _outputs[slot];

    /// <summary>Writes a picture that the next run takes.</summary>
    public Placement Place(Frame frame, int slot = 0) => _tensor.Place(frame, slot);

    /// <summary>Runs the first <paramref name="count"/> pictures.</summary>
    public void Run(int count = 1)
    {
        var binding = _bindings[count] ??= Bind(count);
        var started = Stopwatch.GetTimestamp();
        _session.RunWithBinding(_options, binding.Binding);
        InferenceMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        binding.Share(_outputs);
    }

    public void Dispose()
    {
        foreach (var binding in _bindings ?? [])
        {
            binding?.Dispose();
        }

        _options.Dispose();
        _session.Dispose();
    }

    // one run with memory of the runtime's own tells the true shapes, also where the file leaves them free
    private void FindOutputs()
    {
        using var picture = _tensor.Value(1);
        using var results = _session.Run(_options, [_input], [picture], _session.OutputNames);
        for (var slot = 0; slot < MaxBatch; slot++)
        {
            _outputs[slot] = [.. results.Select((result, i) => Output(_session.OutputNames[i], result.GetTensorTypeAndShape()))];
        }
    }

    private static HeadOutput Output(string name, OrtTensorTypeAndShapeInfo facts) => facts.ElementDataType == TensorElementType.Float
        ? new(name, [.. facts.Shape.Select(d => (int)d)], new float[facts.ElementCount])
        : throw new ProblemException(Problems.ModelHead, $"The network's output '{name}' is {facts.ElementDataType}; wanted is float32. Cast it in the graph.");

    private BatchBinding Bind(int count)
    {
        var binding = new BatchBinding(_session.CreateIoBinding(), count);
        binding.Input(_input, _tensor.Value(count));
        foreach (var output in _outputs[0])
        {
            binding.Output(output);
        }

        return binding;
    }
}

/// <summary>Input and outputs of runs with one number of pictures.</summary>
internal sealed class BatchBinding(OrtIoBinding binding, int count) : IDisposable
{
    private readonly List<OrtValue> _values = [];
    private readonly List<float[]> _batches = [];

    public OrtIoBinding Binding => binding;

    public void Input(string name, OrtValue value)
    {
        _values.Add(value);
        binding.BindInput(name, value);
    }

    /// <summary>One picture's output is written where it is read; those of several come together and are shared out.</summary>
    public void Output(HeadOutput first)
    {
        var values = count == 1 ? first.Values : new float[first.Values.Length * count];
        var value = OrtValue.CreateTensorValueFromMemory(values, [count * (long)first.Shape[0], .. first.Shape.Skip(1).Select(d => (long)d)]);
        _values.Add(value);
        _batches.Add(values);
        binding.BindOutput(first.Name, value);
    }

    public void Share(List<HeadOutput[]> slots)
    {
        for (var slot = 0; slot < count && count > 1; slot++)
        {
            for (var i = 0; i < _batches.Count; i++)
            {
                var into = slots[slot][i].Values;
                _batches[i].AsSpan(slot * into.Length, into.Length).CopyTo(into);
            }
        }
    }

    public void Dispose()
    {
        binding.Dispose();
        _values.ForEach(v => v.Dispose());
    }
}
