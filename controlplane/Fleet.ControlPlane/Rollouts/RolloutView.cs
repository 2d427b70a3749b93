using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Sums up for people what the guards found in a ring.</summary>
internal static class RolloutView
{
    public static IReadOnlyList<GuardResponse> Guards(IReadOnlyList<Guard> guards, IReadOnlyList<DeviceEvidence> ring) => [.. guards.Select(g => Show(g, ring))];

    private static GuardResponse Show(Guard guard, IReadOnlyList<DeviceEvidence> ring)
    {
        var found = ring.SelectMany(d => (d.Findings ?? []).Where(f => f.Guard == guard).Select(f => (d.Device, Finding: f))).ToList();
        if (found.Count == 0)
        {
            return new GuardResponse(guard, GuardOutcome.NoData, 0, 0, Evidence: null);
        }

        var (device, worst) = found.MaxBy(f => Weight(f.Finding.Outcome));
        return new GuardResponse(guard, worst.Outcome, found.Count, found.Count(f => f.Finding.Outcome == GuardOutcome.Pass), $"{device}/{worst.Camera}: {worst.Evidence}");
    }

    private static int Weight(GuardOutcome outcome) => outcome switch { GuardOutcome.Fail => 3, GuardOutcome.Inconclusive => 2, GuardOutcome.NoData => 1, _ => 0 };
}
