using System.Collections.Concurrent;
using Fleet.Agent.State;
using Fleet.Agent.Triggers;
using Fleet.Contracts;

namespace Fleet.Agent.Outbox;

/// <summary>Where choices are written down, and what chance and memory follow from.</summary>
internal sealed record KeeperParts(ChoiceLog Log, AgentPaths Paths, EnrolResponse Enrolment);

/// <summary>Lets the pools of all cameras go to the outbox when they are at their end, within the byte budgets of hour and day.</summary>
internal sealed class SampleKeeper(SampleOutbox outbox, StateStore store, KeeperParts parts, TimeProvider time)
{
    private const int DayHours = 24;
    private readonly ConcurrentDictionary<CameraId, SampleTriggers> _cameras = new();
    private readonly ConcurrentDictionary<string, long> _kept = new();

    private DevicePolicy Policy => store.Current.Desired?.Policy ?? new DevicePolicy();

    private long Hour => time.GetUtcNow().ToUnixTimeSeconds() / 3600;

    /// <summary>The triggers of a camera; they outlive a camera that is set anew.</summary>
    public SampleTriggers Of(CameraId camera) => _cameras.GetOrAdd(camera, Open);

    public GatherCounters Read()
    {
        var dropped = _cameras.Values.SelectMany(c => c.Dropped).GroupBy(d => d.Key, d => d.Value).ToDictionary(g => g.Key, g => g.Sum());
        dropped[DropReason.Disk] = outbox.Dropped;
        var (sent, sentBytes) = outbox.SentSoFar;
        return new GatherCounters(new Dictionary<string, long>(_kept), dropped, sent, sentBytes, outbox.Spent(Hour), outbox.Spent(Hour - DayHours + 1));
    }

    /// <summary>Keeps a frame that an operator asked for, first in line on the way home.</summary>
    /// <returns>False where a byte budget leaves no room for it.</returns>
    public bool KeepAsked(WaitingSample sample) => Keep(sample, TriggerNames.Request, score: 1, "asked for by an operator");

    /// <summary>Keeps a frame on which a version in the shadow found something else.</summary>
    /// <returns>False where a byte budget leaves no room for it.</returns>
    public bool KeepShadow(WaitingSample sample, string why) => Keep(sample, TriggerNames.Shadow, sample.Frame.Score, why);

    public Task RunOnceAsync(CancellationToken cancellationToken)
    {
        End(isLast: false);
        return Task.CompletedTask;
    }

    /// <summary>The agent stops: what waits in pools is chosen from now.</summary>
    public void Close() => End(isLast: true);

    private void End(bool isLast)
    {
        var policy = Policy;
        foreach (var triggers in _cameras.Values)
        {
            if (triggers.End(LimitBytes(triggers.Camera, policy), policy, isLast) is { } end)
            {
                Keep(triggers, end, policy);
            }
        }
    }

    private SampleTriggers Open(CameraId camera)
    {
        var triggers = new SampleTriggers(parts.Enrolment.Device, camera, time);
        if (File.Exists(MemoryPath(camera)))
        {
            triggers.Memory.Load(File.ReadAllBytes(MemoryPath(camera)));
        }

        return triggers;
    }

    private string MemoryPath(CameraId camera) => Path.Combine(parts.Paths.Choices, $"{camera}.kept");

    private bool Keep(WaitingSample sample, string trigger, double score, string why)
    {
        var (hour, policy) = (Hour, Policy);
        var kept = sample.With(new Keep(trigger, score, InclusionProbability: 1, [new SampleReason(trigger, score, why)], policy.Gather.Seed));
        if (kept.Jpeg.LongLength > LimitBytes(hour, policy) || !outbox.Add(kept, policy.OutboxBytes))
        {
            return false;
        }

        outbox.Spend(hour, kept.Frame.Camera, kept.Jpeg.LongLength);
        _kept.AddOrUpdate(trigger, 1, (_, count) => count + 1);
        return true;
    }

    private long LimitBytes(CameraId camera, DevicePolicy policy)
    {
        var (hour, gather) = (Hour, policy.Gather);
        var left = LimitBytes(hour, policy);
        return _cameras.Count < 2 ? left : Math.Min(left, (long)(gather.CameraShare * gather.BytesPerHour) - outbox.Spent(hour, camera));
    }

    private long LimitBytes(long hour, DevicePolicy policy) =>
        Math.Min(policy.Gather.BytesPerHour - outbox.Spent(hour), policy.Gather.BytesPerDay - outbox.Spent(hour - DayHours + 1));

    private void Keep(SampleTriggers triggers, PoolEnd end, DevicePolicy policy)
    {
        foreach (var sample in end.Chosen.Select(c => c.Sample).OrderByDescending(s => s.Frame.Score))
        {
            if (outbox.Add(sample, policy.OutboxBytes))
            {
                outbox.Spend(Hour, triggers.Camera, sample.Jpeg.LongLength);
                _kept.AddOrUpdate(sample.Frame.Trigger, 1, (_, count) => count + 1);
            }
        }

        parts.Log.Write(end.Record);
        DurableFile.Write(MemoryPath(triggers.Camera), triggers.Memory.Save());
    }
}
