using Fleet.Contracts;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>One execution provider and why it cannot be used.</summary>
/// <param name="Name"><c>TensorRT</c>, <c>CUDA</c> or <c>CPU</c>.</param>
/// <param name="Refusal">One sentence; null when it can be used.</param>
public sealed record ProviderRung(string Name, string? Refusal)
{
    /// <summary>For a device's facts: <c>CPU</c>, or <c>CUDA: it is not part of this build …</c>.</summary>
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
    public static IReadOnlyList<ProviderRung> Probe(InferenceOptions options)
    {
        using var session = new SessionOptionsBuilder(options);
        return [.. Order(options).Select(name => new ProviderRung(name, Try(() => session.Build(name, new TensorRtOptions { DeviceIndex = options.DeviceIndex }).Dispose())))];
    }

    /// <summary>Whether the engine of <paramref name="model"/> lies ready for the provider that will be tried first.</summary>
    internal static bool IsBuilt(Digest model, InputSpec input, InferenceOptions options) =>
        options.CacheFolder is { } folder && new EngineCache(folder).Has(KeyOf(model, input, options));

    /// <summary>The key of that engine.</summary>
    internal static EngineKey KeyOf(Digest model, InputSpec input, InferenceOptions options) =>
        EngineKey.Of(model, Probe(options).First(r => r.Refusal is null).Name, input, options);

    /// <summary>Opens <paramref name="model"/> on the first rung that takes it and runs it there once: a provider that only fails in the run is refused like one that does not open.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/>: none does; <see cref="Problems.ModelHead"/>: its outputs cannot be read.</exception>
    internal static OpenedEngine Open(byte[] model, Digest digest, InputSpec input, InferenceOptions options)
    {
        using var sessions = new SessionOptionsBuilder(options);
        var builder = new EngineBuilder(model, digest, input, options, sessions);
        var rungs = new List<ProviderRung>();
        foreach (var name in Order(options))
        {
            OpenedEngine? engine = null;
            var refusal = Try(() =>
            {
                var (session, fromCache) = builder.Open(name);
                engine = new(new NetworkRun(session, input, Math.Min(options.Pictures, options.MaxBatch)), name, fromCache, rungs);
            });
            rungs.Add(new(name, refusal));
            if (engine is not null)
            {
                return engine;
            }
        }

        throw new ProblemException(Problems.EngineFailed, $"No execution provider of this device can run the network. {string.Join(" ", rungs)} Give the version a variant that this device can run.");
    }

    internal static IEnumerable<string> Order(InferenceOptions options)
    {
        var unknown = options.Providers.FirstOrDefault(p => p is not (TensorRt or Cuda or Cpu));
        return unknown is null
            ? options.Providers.Where(p => p != Cpu).Distinct().Append(Cpu)
            : throw new ProblemException(Problems.EngineFailed, $"The execution provider '{unknown}' is not known: wanted {TensorRt}, {Cuda} or {Cpu}.");
    }

    /// <summary>Null when <paramref name="use"/> worked; else why not. Native symbols that are absent, libraries that do not load and refusals of the runtime all mean the same here.</summary>
    internal static string? Try(Action use)
    {
        try
        {
            use();
            return null;
        }
        catch (EntryPointNotFoundException)
        {
            return "it is not part of this build of ONNX Runtime.";
        }
        catch (TypeInitializationException e)
        {
            return $"ONNX Runtime's native library does not load ({FirstLine(e.GetBaseException())}).";
        }
        catch (Exception e) when (e is OnnxRuntimeException or DllNotFoundException or InvalidOperationException)
        {
            return FirstLine(e);
        }
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim();
}

/// <summary>A session that ran.</summary>
internal sealed record OpenedEngine(NetworkRun Run, string Provider, bool FromCache, IReadOnlyList<ProviderRung> Rungs);
