using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Fleet.Bench.Vision;

/// <summary>The peer: ONNX Runtime alone on a tensor that lies ready, one thread, input and outputs bound. Nothing that uses the runtime can be faster.</summary>
internal sealed class BareLoop : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _values = [];

    public BareLoop(string model, InputSpec input, Frame frame)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(model, options);
        _values.Add(TensorOf(input, frame));
        _binding = _session.CreateIoBinding();
        _binding.BindInput(input.Name, _values[0]);
        using var results = _session.Run(_options, [input.Name], [_values[0]], _session.OutputNames);
        for (var i = 0; i < results.Count; i++)
        {
            var facts = results[i].GetTensorTypeAndShape();
            _values.Add(OrtValue.CreateTensorValueFromMemory(new float[facts.ElementCount], facts.Shape));
            _binding.BindOutput(_session.OutputNames[i], _values[^1]);
        }
    }

    public void Run() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _values.ForEach(v => v.Dispose());
        _options.Dispose();
        _session.Dispose();
    }

    private static OrtValue TensorOf(InputSpec input, Frame frame)
    {
        var preprocess = new Preprocess(input);
        long[] shape = [1, preprocess.Planes, input.HeightPx, input.WidthPx];
        if (input.Element == InputRules.UInt8)
        {
            var bytes = new byte[preprocess.Length];
            preprocess.Write(frame, bytes);
            return OrtValue.CreateTensorValueFromMemory(bytes, shape);
        }

        var floats = new float[preprocess.Length];
        preprocess.Write(frame, floats);
        return OrtValue.CreateTensorValueFromMemory(floats, shape);
    }
}
