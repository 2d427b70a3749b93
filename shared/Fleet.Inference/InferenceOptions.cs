namespace Fleet.Inference;

/// <summary>How a device runs networks.</summary>
public sealed record InferenceOptions
{
    /// <summary>Threads of one session; 1 is the fastest where several cameras share the processors.</summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Providers in the order they are tried; the processor's is tried last even when it is not listed.</summary>
    public IReadOnlyList<string> Providers { get; init; } = [ProviderLadder.TensorRt, ProviderLadder.Cuda, ProviderLadder.Cpu];

    /// <summary>Which accelerator of the device.</summary>
    public int DeviceIndex { get; init; }

    /// <summary>Boxes from this score on are kept as doubtful, below the card's threshold.</summary>
    public float CandidateFloor { get; init; } = 0.05f;

    /// <summary>Where engines are kept; null builds them anew every time.</summary>
    public string? CacheFolder { get; init; }
}
