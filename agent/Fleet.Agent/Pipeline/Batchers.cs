using System.Collections.Concurrent;
using Fleet.Agent.Engines;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent.Pipeline;

/// <summary>One batcher for each version, as it runs here; what it found out about batches stays known while the agent runs.</summary>
internal sealed class Batchers(StateStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<(VersionId, string Variant, string Precision), Batcher> _batchers = new();

    /// <param name="version">The version.</param>
    /// <param name="entrant">The engine that runs.</param>
    /// <param name="provider">On what: processors run cameras side by side, an accelerator one after another.</param>
    /// <param name="shared">Opens the engine for several frames.</param>
    public Batcher Of(VersionId version, Entrant entrant, string provider, Func<Detector> shared) => _batchers.GetOrAdd(
        (version, entrant.Variant, entrant.Precision),
        _ => new Batcher(shared, provider == ProviderLadder.Cpu ? Environment.ProcessorCount : 1, () => (store.Current.Desired?.Policy ?? new DevicePolicy()).TargetP95Ms, time));
}
