using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Shared.Tests.Inference;

public sealed class ProviderLadderTests
{
    private static readonly string[] Everything = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"];

    [Fact]
    public void Always_ends_at_the_processor_and_says_why_the_others_were_not_taken()
    {
        var rungs = ProviderLadder.Probe(new() { Providers = [ProviderLadder.Cuda] });
        Assert.Equal([ProviderLadder.Cuda, ProviderLadder.Cpu], rungs.Select(r => r.Name));
        Assert.Null(rungs[1].Refusal);
        Assert.Equal("CPU", rungs[1].ToString());
    }

    [Theory]
    [InlineData(ProviderLadder.TensorRt)]
    [InlineData(ProviderLadder.Cuda)]
    public void Turns_every_way_a_provider_fails_into_a_sentence(string provider)
    {
        // a library that names a provider but cannot load it
        using var session = new SessionOptionsBuilder(new() { DeviceIndex = 63 }, () => Everything);
        Assert.NotEmpty(ProviderLadder.Try(() => session.Build(provider, new TensorRtOptions()).Dispose()) ?? "");
        Assert.Contains("not part of this build", ProviderLadder.Try(() => throw new EntryPointNotFoundException()), StringComparison.Ordinal);
        Assert.Contains("libcudart", ProviderLadder.Try(() => throw new TypeInitializationException("x", new DllNotFoundException("libcudart"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_provider_nobody_knows()
    {
        var refusal = Assert.Throws<ProblemException>(() => ProviderLadder.Probe(new() { Providers = ["OpenVINO"] }));
        Assert.Contains("wanted TensorRT, CUDA or CPU", refusal.Message, StringComparison.Ordinal);
    }
}
