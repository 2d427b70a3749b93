namespace Fleet.Inference;

/// <summary>One execution provider and why it cannot be used.</summary>
/// <param name="Name"><c>TensorRT</c>, <c>CUDA</c> or <c>CPU</c>.</param>
/// <param name="Refusal">One sentence; null when it can be used.</param>
public sealed record ProviderRung(string Name, string? Refusal)
{
    /// <summary>For a device's facts: <c>CPU</c>, or <c>CUDA: not in this build</c>.</summary>
    public override string ToString() => Refusal is null ? Name : $"{Name}: {Refusal}";
}

/// <summary>The fastest execution provider that this device really has.</summary>
public static class ProviderLadder
{
    /// <summary>NVIDIA TensorRT.</summary>
    public const string TensorRt = "TensorRT";

    /// <summary>NVIDIA CUDA.</summary>
    public const string Cuda = "CUDA";

    /// <summary>The processor.</summary>
    public const string Cpu = "CPU";

    /// <summary>Every rung in the order it is tried; the first without a refusal will be used.</summary>
    public static IReadOnlyList<ProviderRung> Probe(InferenceOptions options) => throw new NotImplementedException();
}
