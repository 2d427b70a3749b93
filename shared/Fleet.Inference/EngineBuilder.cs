using Fleet.Contracts;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>From a model to a session on one rung: the engine from the cache, or built and then kept. On TensorRT the engine is its EPContext file, elsewhere the network as ONNX Runtime optimised it for this very machine; the stages are the same.</summary>
internal sealed class EngineBuilder(byte[] model, Digest digest, InputSpec input, InferenceOptions options, SessionOptionsBuilder sessions)
{
    public (InferenceSession Session, bool FromCache) Open(string provider)
    {
        if (options.CacheFolder is null)
        {
            using var plain = sessions.Build(provider, options.TensorRt(input));
            return (new(model, plain), false);
        }

        var cache = new EngineCache(options.CacheFolder);
        var key = EngineKey.Of(digest, provider, input, options);
        if (cache.Read(key) is { } kept && TryOpen(provider, kept) is { } ready)
        {
            return (ready, true);
        }

        return (Build(provider, cache, key), false);
    }

    private InferenceSession Build(string provider, EngineCache cache, EngineKey key)
    {
        var temporary = cache.TemporaryPath();
        try
        {
            var isTensorRt = provider == ProviderLadder.TensorRt;
            var settings = options.TensorRt(input) with { ContextFile = temporary, TimingCacheFolder = options.CacheFolder };
            using var built = sessions.Build(provider, settings);
            if (!isTensorRt)
            {
                built.OptimizedModelFilePath = temporary;
            }

            var opened = new InferenceSession(model, built);
            if (!isTensorRt)
            {
                cache.Keep(key, File.ReadAllBytes(temporary));
                return opened;
            }

            // TensorRT may write its engine only when the session ends
            new NetworkRun(opened, input).Dispose();
            return KeepContext(cache, key, temporary, provider);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private InferenceSession KeepContext(EngineCache cache, EngineKey key, string file, string provider)
    {
        if (!File.Exists(file))
        {
            using var plain = sessions.Build(provider, options.TensorRt(input) with { TimingCacheFolder = options.CacheFolder });
            return new(model, plain);
        }

        var engine = File.ReadAllBytes(file);
        cache.Keep(key, engine);
        return Ready(provider, engine);
    }

    // the checksum was right, so this fails only where the machine changed in a way that the key does not see
    private InferenceSession? TryOpen(string provider, byte[] engine)
    {
        try
        {
            return Ready(provider, engine);
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }

    private InferenceSession Ready(string provider, byte[] engine)
    {
        using var built = sessions.Build(provider, options.TensorRt(input));
        if (provider != ProviderLadder.TensorRt)
        {
            // it is optimised already
            built.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        }

        return new(engine, built);
    }
}
