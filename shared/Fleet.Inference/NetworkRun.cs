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
    private readonly string _input;
    private readonly PictureMemory _pictures;
    private readonly HeadOutput[][] _outputs;
    private readonly List<bool> _isHalf = [];
    private readonly BatchBinding?[] _bindings = [];

    /// <summary>Owns <paramref name="session"/> and runs it once on what its memory holds.</summary>
    /// <param name="session">Closed with this, also when this fails.</param>
    /// <param name="input">One picture.</param>
    /// <param name="maxBatch">Pictures at once; a network whose batch is fixed takes 1 all the same.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: an output of another kind than float32 or float16.</exception>
    public NetworkRun(InferenceSession session, InputSpec input, int maxBatch = 1)
    {
        (_session, _input) = (session, input.Name);
        try
        {
            var axes = session.InputMetadata[input.Name].Dimensions;
            MaxBatch = input.Layout != Layouts.Tiles && axes is [< 1, ..] ? maxBatch : 1;
            _pictures = new PictureMemory(input, axes.Length, MaxBatch);
            _bindings = new BatchBinding?[MaxBatch + 1];
            _outputs = new HeadOutput[MaxBatch][];
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

    /// <summary>Time the last picture took to become a tensor, ms.</summary>
    public double PreprocessMs { get; private set; }

    /// <summary>What the last run gave for picture <paramref name="slot"/>; the arrays stay the same.</summary>
    public IReadOnlyList<HeadOutput> Outputs(int slot = 0) => _outputs[slot];

    /// <summary>Writes a picture that the next run takes.</summary>
    public Placement Place(Frame frame, int slot = 0)
    {
        var began = Stopwatch.GetTimestamp();
        var placement = _pictures.Write(frame, slot);
        PreprocessMs = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return placement;
    }

    /// <summary>Runs the first <paramref name="count"/> pictures.</summary>
    public void Run(int count = 1)
    {
        var binding = _bindings[count] ??= new BatchBinding(_session.CreateIoBinding(), count, (_input, _pictures.Value(count)), _outputs[0], _isHalf);
        var started = Stopwatch.GetTimestamp();
        _session.RunWithBinding(_options, binding.Binding);
        InferenceMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        binding.Share(_outputs);
    }

    public void Dispose()
    {
        foreach (var binding in _bindings)
        {
            binding?.Dispose();
        }

        _options.Dispose();
        _session.Dispose();
    }

    // one run with memory of the runtime's own tells the true shapes, also where the file leaves them free
    private void FindOutputs()
    {
        using var picture = _pictures.Value(1);
        using var results = _session.Run(_options, [_input], [picture], _session.OutputNames);
        var facts = results.Select(r => r.GetTensorTypeAndShape()).ToList();
        for (var slot = 0; slot < MaxBatch; slot++)
        {
            _outputs[slot] = [.. facts.Select((f, i) => Output(_session.OutputNames[i], f))];
        }

        _isHalf.AddRange(facts.Select(f => f.ElementDataType == TensorElementType.Float16));
    }

    private static HeadOutput Output(string name, OrtTensorTypeAndShapeInfo facts) => facts.ElementDataType is TensorElementType.Float or TensorElementType.Float16
        ? new(name, [.. facts.Shape.Select(d => (int)d)], new float[facts.ElementCount])
        : throw new ProblemException(Problems.ModelHead, $"The network's output '{name}' is {facts.ElementDataType}; wanted is float32 or float16. Cast it in the graph.");
}
