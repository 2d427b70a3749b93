using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Shared.Tests.Onnx;

namespace Fleet.Shared.Tests.Inference;

public sealed class TensorRtOptionsTests
{
    [Fact]
    public void Every_option_has_the_name_that_the_provider_reads()
    {
        var options = TensorRtOptions.For(Precision.Int8, sparse: true) with
        {
            DeviceIndex = 1, WorkspaceBytes = 1 << 30, TimingCacheFolder = "timing", ContextFile = "engine_ctx.onnx",
            Profile = ShapeProfile.Of(TinyNetwork.Input with { WidthPx = 640, HeightPx = 480 }, maxBatch: 8),
        };

        Assert.Equal(
            """
            device_id=1
            trt_builder_optimization_level=3
            trt_dump_ep_context_model=1
            trt_ep_context_embed_mode=1
            trt_ep_context_file_path=engine_ctx.onnx
            trt_fp16_enable=1
            trt_int8_enable=1
            trt_max_workspace_size=1073741824
            trt_profile_max_shapes=images:8x3x480x640
            trt_profile_min_shapes=images:1x3x480x640
            trt_profile_opt_shapes=images:8x3x480x640
            trt_sparsity_enable=1
            trt_timing_cache_enable=1
            trt_timing_cache_path=timing
            """,
            string.Join('\n', options.ToProviderOptions().OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}={o.Value}")));
    }

    [Fact]
    public void What_changes_the_engine_changes_its_key_and_where_it_lies_does_not()
    {
        var options = TensorRtOptions.For(Precision.Fp32, sparse: false);
        Assert.Equal(options.Key(), (options with { ContextFile = "x", TimingCacheFolder = "y" }).Key());
        TensorRtOptions[] others =
        [
            options with { Fp16 = true }, options with { Int8 = true }, options with { Sparsity = true }, options with { DeviceIndex = 1 },
            options with { BuilderOptimizationLevel = 5 }, options with { Profile = ShapeProfile.Of(TinyNetwork.Input, maxBatch: 2) },
        ];
        Assert.Equal(others.Length + 1, others.Append(options).Select(o => o.Key()).Distinct().Count());
    }

    [Fact]
    public void A_level_or_profile_that_makes_no_sense_is_refused_in_words()
    {
        Assert.Contains("0 to 5", Assert.Throws<ProblemException>(() => new TensorRtOptions { BuilderOptimizationLevel = 6 }.ToProviderOptions()).Message, StringComparison.Ordinal);
        Assert.Contains("1, 8, 4", Assert.Throws<ProblemException>(() => new TensorRtOptions { Profile = new("x", [3, 1, 1], 1, 8, 4) }.ToProviderOptions()).Message, StringComparison.Ordinal);
    }
}
