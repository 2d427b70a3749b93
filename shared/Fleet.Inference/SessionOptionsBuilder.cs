using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>Makes the session options of each rung. The list of providers that the native library offers is asked first, because the calls behind it fail in ways of their own.</summary>
internal sealed class SessionOptionsBuilder(InferenceOptions options, Func<string[]>? available = null) : IDisposable
{
    private readonly Func<string[]> _available = available ?? (() => OrtEnv.Instance().GetAvailableProviders());
    private readonly List<IDisposable> _providerOptions = [];

    /// <exception cref="OnnxRuntimeException">The provider cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The native library does not have it.</exception>
    public SessionOptions Build(string provider, string? engineFolder)
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
            Append(built, provider, engineFolder);
            return built;
        }
        catch
        {
            built.Dispose();
            throw;
        }
    }

    public void Dispose() => _providerOptions.ForEach(o => o.Dispose());

    private void Append(SessionOptions built, string provider, string? engineFolder)
    {
        var native = provider switch { ProviderLadder.TensorRt => "TensorrtExecutionProvider", ProviderLadder.Cuda => "CUDAExecutionProvider", _ => "CPUExecutionProvider" };
        var offered = _available();
        if (!offered.Contains(native))
        {
            throw new InvalidOperationException($"it is not part of this build of ONNX Runtime, which offers {string.Join(", ", offered)}.");
        }

        if (provider == ProviderLadder.TensorRt)
        {
            built.AppendExecutionProvider_Tensorrt(TensorRt(engineFolder));
        }
        else if (provider == ProviderLadder.Cuda)
        {
            built.AppendExecutionProvider_CUDA(Cuda());
        }
    }

    private OrtTensorRTProviderOptions TensorRt(string? engineFolder)
    {
        var settings = new Dictionary<string, string>
        {
            ["device_id"] = $"{options.DeviceIndex}",
            ["trt_fp16_enable"] = "1",
            ["trt_sparsity_enable"] = "1",
        };
        if (engineFolder is not null)
        {
            settings["trt_engine_cache_enable"] = "1";
            settings["trt_engine_cache_path"] = engineFolder;
        }

        var tensorRt = new OrtTensorRTProviderOptions();
        _providerOptions.Add(tensorRt);
        tensorRt.UpdateOptions(settings);
        return tensorRt;
    }

    private OrtCUDAProviderOptions Cuda()
    {
        var cuda = new OrtCUDAProviderOptions();
        _providerOptions.Add(cuda);
        cuda.UpdateOptions(new Dictionary<string, string> { ["device_id"] = $"{options.DeviceIndex}" });
        return cuda;
    }
}
