using Fleet.Contracts;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>The processor's engine: the network as ONNX Runtime optimised it for this very machine, kept in the cache.</summary>
internal static class CpuEngine
{
    public static (InferenceSession Session, bool FromCache) Open(byte[] model, Digest digest, InferenceOptions options, SessionOptionsBuilder session)
    {
        using var built = session.Build(ProviderLadder.Cpu, engineFolder: null);
        if (options.CacheFolder is null)
        {
            return (new(model, built), false);
        }

        var cache = new EngineCache(options.CacheFolder);
        var key = EngineKey.Of(digest, ProviderLadder.Cpu, $"threads={options.IntraOpThreads}");
        if (cache.Read(key) is { } engine)
        {
            // it is optimised already
            built.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
            return (new(engine, built), true);
        }

        var temporary = cache.TemporaryPath();
        try
        {
            built.OptimizedModelFilePath = temporary;
            var opened = new InferenceSession(model, built);
            cache.Keep(key, File.ReadAllBytes(temporary));
            return (opened, false);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
