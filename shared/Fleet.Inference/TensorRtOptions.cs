using Fleet.Contracts;

namespace Fleet.Inference;

/// <summary>All that Fleet tells ONNX Runtime's TensorRT provider, in one typed place.</summary>
public sealed record TensorRtOptions
{
    /// <summary>Which GPU.</summary>
    public int DeviceIndex { get; init; }

    /// <summary>TensorRT may calculate in 16 bits where that is faster.</summary>
    public bool Fp16 { get; init; }

    /// <summary>TensorRT may calculate in 8 bits where the file says how (quantise and dequantise operators); no calibration table is read.</summary>
    public bool Int8 { get; init; }

    /// <summary>TensorRT may use the sparse kernels for weights that keep the 2:4 pattern.</summary>
    public bool Sparsity { get; init; }

    /// <summary>0 (build fast) to 5 (search long).</summary>
    public int BuilderOptimizationLevel { get; init; } = 3;

    /// <summary>Memory the builder may use on the GPU, bytes; 0 leaves it to TensorRT.</summary>
    public long WorkspaceBytes { get; init; }

    /// <summary>Shapes the engine is built for; without them a free dimension would build a new engine in the middle of service.</summary>
    public ShapeProfile? Profile { get; init; }

    /// <summary>Timings of kernels of this GPU are kept here, so that the next build is quick; null keeps none.</summary>
    public string? TimingCacheFolder { get; init; }

    /// <summary>Where the built engine is written, inside an ONNX file with one EPContext operator; null writes none.</summary>
    public string? ContextFile { get; init; }

    /// <summary>For a variant: what precision and pattern ask for.</summary>
    public static TensorRtOptions For(Precision precision, bool sparse) => new()
    {
        Fp16 = precision is Precision.Fp16 or Precision.Int8,
        Int8 = precision is Precision.Int8,
        Sparsity = sparse,
    };

    /// <summary>As the provider reads them.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/>: a level outside 0 to 5, or a profile that is upside down.</exception>
    public IReadOnlyDictionary<string, string> ToProviderOptions()
    {
        if (BuilderOptimizationLevel is < 0 or > 5)
        {
            throw new ProblemException(Problems.EngineFailed, $"TensorRT's builder optimisation level is 0 to 5; {BuilderOptimizationLevel} was given.");
        }

        var settings = new Dictionary<string, string>
        {
            ["device_id"] = $"{DeviceIndex}",
            ["trt_fp16_enable"] = Flag(Fp16),
            ["trt_int8_enable"] = Flag(Int8),
            ["trt_sparsity_enable"] = Flag(Sparsity),
            ["trt_builder_optimization_level"] = $"{BuilderOptimizationLevel}",
        };
        if (WorkspaceBytes > 0)
        {
            settings["trt_max_workspace_size"] = $"{WorkspaceBytes}";
        }

        Profile?.Write(settings);
        if (TimingCacheFolder is not null)
        {
            (settings["trt_timing_cache_enable"], settings["trt_timing_cache_path"]) = ("1", TimingCacheFolder);
        }

        if (ContextFile is not null)
        {
            (settings["trt_dump_ep_context_model"], settings["trt_ep_context_embed_mode"], settings["trt_ep_context_file_path"]) = ("1", "1", ContextFile);
        }

        return settings;
    }

    /// <summary>What of this changes the engine: part of its key. Where it is written does not.</summary>
    public string Key() => string.Join(';', (this with { TimingCacheFolder = null, ContextFile = null }).ToProviderOptions().OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}"));

    private static string Flag(bool on) => on ? "1" : "0";
}

/// <summary>The shapes of a network's input that an engine is built for.</summary>
/// <param name="Input">Name of the input.</param>
/// <param name="Picture">All axes but the first.</param>
/// <param name="MinBatch">Smallest first axis, at least 1 …</param>
/// <param name="OptBatch">… the one it is made the fastest for …</param>
/// <param name="MaxBatch">… and the largest.</param>
public sealed record ShapeProfile(string Input, IReadOnlyList<long> Picture, int MinBatch, int OptBatch, int MaxBatch)
{
    /// <summary>For batches of 1 to <paramref name="maxBatch"/> pictures, the fastest at <paramref name="maxBatch"/>.</summary>
    public static ShapeProfile Of(InputSpec input, int maxBatch)
    {
        var one = PictureMemory.ShapeOf(input, rank: 4);
        return new(input.Name, one[1..], (int)one[0], (int)one[0] * maxBatch, (int)one[0] * maxBatch);
    }

    internal void Write(Dictionary<string, string> settings)
    {
        if (MinBatch < 1 || OptBatch < MinBatch || MaxBatch < OptBatch)
        {
            throw new ProblemException(Problems.EngineFailed, $"A shape profile wants 1 <= smallest <= best <= largest batch; {MinBatch}, {OptBatch}, {MaxBatch} were given.");
        }

        settings["trt_profile_min_shapes"] = Text(MinBatch);
        settings["trt_profile_opt_shapes"] = Text(OptBatch);
        settings["trt_profile_max_shapes"] = Text(MaxBatch);
    }

    private string Text(int batch) => $"{Input}:{batch}x{string.Join('x', Picture)}";
}
