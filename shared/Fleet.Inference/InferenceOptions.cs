using Fleet.Contracts;

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

    /// <summary>What the engine may calculate in; the processor follows the file.</summary>
    public Precision Precision { get; init; }

    /// <summary>The weights keep the 2:4 pattern and the engine may use it.</summary>
    public bool Sparse { get; init; }

    /// <summary>The engine is built for so many pictures at once, at most; 1 where the file's batch is fixed.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>This detector takes so many, up to <see cref="MaxBatch"/>: it has memory for each.</summary>
    public int Pictures { get; init; } = 1;

    /// <summary>Boxes from this score on are kept as doubtful, below the card's threshold.</summary>
    public float CandidateFloor { get; init; } = 0.05f;

    /// <summary>Where engines are kept; null builds them anew every time.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>For TensorRT; nothing that says where files go.</summary>
    internal TensorRtOptions TensorRt(InputSpec input) => TensorRtOptions.For(Precision, Sparse) with { DeviceIndex = DeviceIndex, Profile = ShapeProfile.Of(input, MaxBatch) };
}
