using Fleet.Contracts;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>Makes the session options of each rung. The list of providers that the native library offers is asked first, because the calls behind it fail in ways of their own.</summary>
internal sealed class SessionOptionsBuilder(InferenceOptions options, Func<string[]>? available = null) : IDisposable
{
    private readonly Func<string[]> _available = available ?? (() => OrtEnv.Instance().GetAvailableProviders());
    private readonly List<IDisposable> _providerOptions = [];

    /// <param name="provider">The rung.</param>
    /// <param name="tensorRt">For that rung.</param>
    /// <exception cref="OnnxRuntimeException">The provider cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The native library does not have it.</exception>
    public SessionOptions Build(string provider, TensorRtOptions tensorRt)
    {
        var built = new SessionOptions
        {
            IntraOpNumThreads = options.IntraOpThreads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            // idle threads that spin would take the processor from the other cameras
            built.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            Append(built, provider, tensorRt);
            return built;
        }
        catch
        {
            built.Dispose();
            throw;
        }
    }

    public void Dispose() => _providerOptions.ForEach(o => o.Dispose());

    private void Append(SessionOptions built, string provider, TensorRtOptions tensorRt)
    {
        var native = Native(provider);
        var offered = _available();
        if (!offered.Contains(native))
        {
            throw new InvalidOperationException($"it is not part of this build of ONNX Runtime, which offers {string.Join(", ", offered.Select(o => o.Replace("ExecutionProvider", "", StringComparison.Ordinal)))}.");
        }

        if (provider == ProviderLadder.TensorRt)
        {
            built.AppendExecutionProvider_Tensorrt(TensorRt(tensorRt));
        }

        // what TensorRT does not take is still better off on the GPU
        if (provider == ProviderLadder.Cuda || (provider == ProviderLadder.TensorRt && offered.Contains(Native(ProviderLadder.Cuda))))
        {
            built.AppendExecutionProvider_CUDA(Cuda());
        }
    }

    private static string Native(string provider) => provider switch
    {
        ProviderLadder.TensorRt => "TensorrtExecutionProvider",
        ProviderLadder.Cuda => "CUDAExecutionProvider",
        _ => "CPUExecutionProvider",
    };

    private OrtTensorRTProviderOptions TensorRt(TensorRtOptions settings)
    {
        var made = new OrtTensorRTProviderOptions();
        _providerOptions.Add(made);
        made.UpdateOptions(new Dictionary<string, string>(settings.ToProviderOptions()));
        return made;
    }

    private OrtCUDAProviderOptions Cuda()
    {
        var cuda = new OrtCUDAProviderOptions();
        _providerOptions.Add(cuda);
        cuda.UpdateOptions(new Dictionary<string, string> { ["device_id"] = $"{options.DeviceIndex}" });
        return cuda;
    }
}
