using System.Text.Json;
using Fleet.Agent.Outbox;
using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Trust;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Agent.Tests.Faults.PowerCuts;

/// <summary>A data folder as a power cut left it, opened with the agent's own stores and held against what the agent could count on.</summary>
internal sealed class Survivor(AgentPaths paths, Promises promised)
{
    /// <summary>Writes what is left of <paramref name="data"/> to this folder.</summary>
    public void Lay(string data, IReadOnlyDictionary<string, byte[]> left)
    {
        if (Directory.Exists(paths.Data))
        {
            Directory.Delete(paths.Data, recursive: true);
        }

        paths.Make();
        foreach (var (path, bytes) in left.Where(l => Path.GetFileName(l.Key) != Path.GetFileName(paths.Room)))
        {
            var target = Path.Combine(paths.Data, Path.GetRelativePath(data, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, bytes);
        }

        // taken: making it again would be most of the work
        File.WriteAllBytes(paths.Room, []);
    }

    /// <returns>What does not hold, in a sentence; null when all does.</returns>
    public string? Fault()
    {
        try
        {
            return StateFault() ?? TrustFault() ?? SampleFault();
        }
#pragma warning disable CA1031 // whatever a store throws at a start keeps a device down: that is what is looked for
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"the start throws {e}";
        }
    }

    private string? StateFault()
    {
        var store = new StateStore(paths, NullLogger<StateStore>.Instance);
        if (promised.States.Count == 0)
        {
            return null;
        }

        var found = JsonSerializer.Serialize(store.Current, StateJson.Default.AgentState);
        if (!promised.States.Contains(found))
        {
            return $"the state is generation {store.Current.SeenGeneration}, none of the {promised.States.Count} that it may be: {found}";
        }

        var blobs = new BlobStore(paths);
        foreach (var slots in store.Change(Boot.Start).Cameras)
        {
            if (slots.Good is { } good && slots.Active != good)
            {
                return $"{slots.Camera} has two versions at a start";
            }

            foreach (var file in slots.GoodVersion?.Files ?? [])
            {
                _ = blobs.Read(file);
            }
        }

        return null;
    }

    private string? TrustFault()
    {
        foreach (var (name, version) in promised.Versions)
        {
            if (Promises.Version(File.ReadAllBytes(Path.Combine(paths.Trust, name))) < version)
            {
                return $"{name} fell below version {version}";
            }
        }

        _ = new TufClient(paths.Trust, (_, _, _) => Task.FromResult<byte[]?>(null), TimeProvider.System).Load();
        return null;
    }

    /// <summary>Every sample is sent, one after the other.</summary>
    private string? SampleFault()
    {
        using var outbox = new SampleOutbox(paths, NullLogger<SampleOutbox>.Instance);
        var missing = promised.Samples.ToHashSet();
        var most = outbox.Size.Count;
        for (var sent = 0L; outbox.Next() is { } next; sent++)
        {
            if (sent > most || next.Frame.Digest != Digest.Of(next.Jpeg))
            {
                return $"the outbox of {most} samples gives {sent + 1}, or one that is damaged";
            }

            missing.Remove(next.Frame.Digest.Hex);
            outbox.Sent(next.Frame.Digest);
        }

        return missing.Count == 0 ? null : $"{missing.Count} of {promised.Samples.Count} samples are lost, {missing.First()} one of them";
    }
}
