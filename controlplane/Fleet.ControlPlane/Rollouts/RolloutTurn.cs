using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>What lies outside a rollout and its devices.</summary>
/// <param name="Taken">Cameras that belong to a newer rollout.</param>
/// <param name="Sent">What all rollouts sent within the last hour.</param>
/// <param name="Generations">Each device's newest directive.</param>
internal sealed record RolloutOthers(IReadOnlySet<(DeviceId, CameraId)> Taken, IReadOnlyList<Sent> Sent, IReadOnlyDictionary<DeviceId, long> Generations);

/// <summary>One turn of a rollout on rows: hear, plan, apply. No clock, no I/O.</summary>
internal static class RolloutTurn
{
    /// <returns>The step that was taken, null where nothing is left to do; and whether the log has a new sentence.</returns>
    public static (RolloutStep? Step, bool News) Take(RolloutRow rollout, IReadOnlyList<DeviceRow> devices, Func<DeviceId, LiveDevice> live, RolloutOthers others, DateTimeOffset now)
    {
        RolloutEar.Hear(rollout, devices, d => live(d).Newest, now);
        var evidence = RolloutEvidence.Of(rollout, devices, d => live(d).Presence == Presence.Online, now, others.Taken);
        var lost = new ShadowActs(rollout, devices, now).EndLost(evidence) && rollout.Say(now, "Cameras that have left this rollout are not in its shadow any more.");
        if (evidence.Count == 0 && RingMembers.Of(rollout, devices).Count > 0)
        {
            rollout.State = RolloutState.Superseded;
            return (null, rollout.Say(now, "Newer rollouts have all cameras of this one."));
        }

        var facts = new RolloutFacts(rollout.Rings, rollout.Open, evidence) { Traffic = rollout.Traffic(others.Sent, now), Released = RolloutActs.Released(rollout) };
        var step = rollout.State switch
        {
            RolloutState.Running => RolloutPlanner.Next(facts),
            RolloutState.Paused => RolloutPlanner.Recall(facts),
            _ => RolloutPlanner.Follow(facts),
        };
        var news = PassBy(rollout, devices, now) | lost;
        if (step is null && rollout.State == RolloutState.Paused)
        {
            return (null, news);
        }

        if (step is null)
        {
            rollout.Follows = false;
            return (null, rollout.Say(now, "Everyone has it now."));
        }

        new RolloutActs(rollout, devices, evidence, others.Generations, d => live(d).Newest, now).Apply(step);
        return (step, rollout.Say(now, step.Why) || news);
    }

    /// <summary>Whether there is anything for it to do.</summary>
    public static bool IsLive(RolloutRow rollout) => rollout.State is RolloutState.Running or RolloutState.Paused || (rollout.State == RolloutState.Finished && rollout.Follows);

    /// <summary>Says which pinned devices it would have told.</summary>
    private static bool PassBy(RolloutRow rollout, IReadOnlyList<DeviceRow> devices, DateTimeOffset now)
    {
        var selectors = rollout.Rings.Select(r => Selector.Parse(r.Selector)).ToList();
        var pinned = devices.Where(d => d is { Pin: not null, Revoked: false } && selectors.Exists(s => s.Matches(RolloutEvidence.LabelsOf(d)))).ToList();
        var fresh = pinned.Where(d => !rollout.PassedBy.Contains(d.Id.ToString())).ToList();
        if (pinned.Count != rollout.PassedBy.Count || fresh.Count > 0)
        {
            rollout.PassedBy = [.. pinned.Select(d => d.Id.ToString())];
        }

        return fresh.Count > 0 && rollout.Say(now, $"Passed by: {string.Join("; ", fresh.Select(d => $"{d.Id}, {Pins.Words(d.Pin!)}"))}.");
    }
}
