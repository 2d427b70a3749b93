using System.Text;
using Fleet.Contracts;

namespace Fleet.Inference;

/// <summary>Everything an engine depends on. Any difference gives another engine.</summary>
/// <param name="Model">Digest of the ONNX file.</param>
/// <param name="Runtime">Version of ONNX Runtime.</param>
/// <param name="Provider">Execution provider.</param>
/// <param name="Machine">Processor and what it can do; or GPU, its architecture, driver and TensorRT.</param>
/// <param name="Options">Session and provider options that change the engine: precision, sparsity, threads.</param>
/// <param name="Shapes">Input shapes it is built for.</param>
public sealed record EngineKey(Digest Model, string Runtime, string Provider, string Machine, string Options, string Shapes)
{
    /// <summary>Name of the engine's file.</summary>
    public string FileName => $"{Model.Hex}-{Digest.Hex[..16]}{EngineCache.Extension}";

    /// <summary>SHA-256 of all of it: what devices of the same kind ask each other for.</summary>
    public Digest Digest => Digest.Of(Encoding.UTF8.GetBytes(Text));

    /// <summary>All of it, a line each; it is written into the engine's file.</summary>
    public string Text => string.Join('\n', Model.Hex, Runtime, Provider, Options, Shapes, Machine);

    /// <summary>The key on this machine.</summary>
    internal static EngineKey Of(Digest model, string provider, InputSpec input, InferenceOptions options)
    {
        var isCpu = provider == ProviderLadder.Cpu;
        var settings = provider == ProviderLadder.TensorRt ? options.TensorRt(input).Key()
            : $"threads={options.IntraOpThreads};device={(isCpu ? 0 : options.DeviceIndex)};precision={options.Precision.Name()}";
        return new(
            model,
            MachineKey.Runtime,
            provider,
            isCpu ? MachineKey.Processor() : MachineKey.Gpu(options.DeviceIndex),
            settings,
            $"{input.Name} {input.Element}[{string.Join(',', PictureMemory.ShapeOf(input, rank: 4))}] x 1..{options.MaxBatch}");
    }
}
