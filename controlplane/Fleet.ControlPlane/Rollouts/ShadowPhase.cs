using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>The part of the plan in which a ring looks in the shadow before any camera of it runs the version. No clock, no I/O.</summary>
internal static class ShadowPhase
{
    /// <summary>Ends the shadow of those that were judged and will not be told.</summary>
    /// <param name="facts">All that is known.</param>
    /// <param name="unclear">Also of those that a person would be asked about: after the end nobody is.</param>
    public static RolloutStep.Drop? Drop(RolloutFacts facts, bool unclear = false)
    {
        var judged = facts.Devices.Where(d => d.InShadow && (d.Standing == Standing.Failed || (unclear && d.Standing == Standing.Unclear))).ToList();
        return judged.Count == 0 ? null
            : new RolloutStep.Drop(Shares(judged), $"The shadow of {RolloutPlanner.Names(judged)} is ended; {(judged.Count == 1 ? "it is" : "they are")} not told to run the version.");
    }

    /// <summary>Tells those to run the version whose shadow agreed: the first of a ring together, when nobody of it is still being compared; whoever joins later alone.</summary>
    /// <returns>The step, null where nobody is told now; and who has to wait although its shadow agreed.</returns>
    public static (RolloutStep.Promote? Step, IReadOnlyList<Held> Held) Promote(RolloutFacts facts)
    {
        var held = new List<Held>();
        for (var ring = 0; ring <= facts.Open; ring++)
        {
            var agreed = facts.In(ring, Standing.Agreed);
            if (agreed.Count == 0 || !IsJudged(facts, ring))
            {
                continue;
            }

            var admission = Admission.Of(agreed, facts.Traffic);
            held.AddRange(admission.Held);
            if (admission.Told.Count > 0)
            {
                return (new RolloutStep.Promote(Shares(admission.Told), $"Ring {facts.Rings[ring].Name}: the shadow of {agreed.Count} of {facts.In(ring).Count} agreed ({RolloutPlanner.Names(agreed)}). {Who(admission.Told)} told to run the version, and the shadow ends there."), held);
            }
        }

        return (null, held);
    }

    /// <summary>Whether a rollout that is finished has shadows left to be judged.</summary>
    public static bool IsOpen(RolloutFacts facts) => facts.Devices.Any(d => d.InShadow);

    /// <summary>What becomes of devices that go back.</summary>
    public static string Back(RolloutFacts facts) =>
        !facts.Rings.Any(r => r.Shadow) || facts.Devices.Any(d => d is { ToldAt: not null, InShadow: false }) ? "all go back to the version before"
        : "it ran in the shadow only, which ends everywhere";

    private static bool IsJudged(RolloutFacts facts, int ring)
    {
        var all = facts.In(ring);
        var left = all.Count(d => d.Standing == Standing.LeftBehind);
        return all.Exists(d => d is { ToldAt: not null, InShadow: false })
            || (all.TrueForAll(d => d.Standing is Standing.Agreed or Standing.Failed or Standing.LeftBehind) && 100.0 * left <= facts.Rings[ring].MaxSilentPercent * all.Count);
    }

    private static string Who(IReadOnlyList<DeviceEvidence> devices) => devices.Count == 1 ? $"{devices[0].Device} is" : $"{devices.Count} are";

    private static IReadOnlyList<RingShare> Shares(IEnumerable<DeviceEvidence> devices) => [.. devices.Select(d => d.Share)];
}
