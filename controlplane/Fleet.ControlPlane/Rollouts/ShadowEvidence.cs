using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Reads from rows how a device stands whose cameras run the version in the shadow first. No clock, no I/O.</summary>
internal static class ShadowEvidence
{
    public static DeviceEvidence Judge(RolloutRow rollout, DeviceRow device, RolloutDeviceRow row, RingMember member, DateTimeOffset now)
    {
        var ring = rollout.Rings[member.Ring];
        var (standing, why) = Running(rollout, device, row, member);
        var plain = new DeviceEvidence(device.Id, member.Ring, standing, Online: false, why);
        if (standing is Standing.Untold or Standing.Failed)
        {
            return plain;
        }

        var findings = Findings(rollout, device, row, member);
        var deciding = findings.Where(f => !f.Guard.Trial && !(f.Outcome == GuardOutcome.Inconclusive && rollout.Accepted.Contains(RolloutEvidence.Key(device.Id, f)))).ToList();
        DeviceEvidence As(Standing verdict, GuardOutcome outcome) => plain with { Standing = verdict, Findings = findings, Why = RolloutEvidence.Worst(deciding, outcome) };
        return deciding.Exists(f => f.Outcome == GuardOutcome.Fail) ? As(Standing.Failed, GuardOutcome.Fail)
            : deciding.Exists(f => f.Outcome == GuardOutcome.Inconclusive) ? As(Standing.Unclear, GuardOutcome.Inconclusive)
            : standing == Standing.Compared && !deciding.Exists(f => f.Outcome == GuardOutcome.NoData) ? As(Standing.Agreed, GuardOutcome.Pass)
            // how far it is changes with every message: that is shown with the guards, not said in the log
            : RolloutEvidence.InTime(ring, row, plain with { Findings = findings }, now);
    }

    /// <summary>What was found in the shadow of those cameras.</summary>
    public static List<GuardFinding> Findings(RolloutRow rollout, DeviceRow device, RolloutDeviceRow row, RingMember member) =>
    [
        .. device.Cameras.Where(c => member.Cameras.Contains(c.Id)).SelectMany(c => row.Shadows.FirstOrDefault(w => w.Camera == c.Id) is { } window
            ? ShadowMeter.Of(rollout.Guards, window)
            : row.InShadow && c.Version != rollout.Version ? Guards(rollout).Select(g => new GuardFinding(g, c.Id, GuardOutcome.NoData, "nothing was heard of it yet")) : []),
    ];

    private static IEnumerable<Guard> Guards(RolloutRow rollout) => rollout.Guards.Where(g => g.Kind == GuardKind.ShadowAgreement);

    private static (Standing Standing, string? Why) Running(RolloutRow rollout, DeviceRow device, RolloutDeviceRow row, RingMember member)
    {
        var mine = device.Cameras.Where(c => member.Cameras.Contains(c.Id)).ToList();
        if (mine.Exists(c => c.Version != rollout.Version && c.Shadow?.Version != rollout.Version))
        {
            return (Standing.Untold, null);
        }

        if (mine.Count == 0)
        {
            return (Standing.NoCamera, null);
        }

        if (device.Reported is not { } reported || reported.SeenGeneration <= row.AfterGeneration)
        {
            return (Standing.Silent, null);
        }

        var said = (reported.Shadows ?? []).Where(s => s.Version == rollout.Version && member.Cameras.Contains(s.Camera)).ToList();
        if (said.Find(s => s.Problem is not null) is { } refused)
        {
            return (Standing.Failed, $"{refused.Camera}, in the shadow: {refused.Problem!.Detail}");
        }

        return (mine.TrueForAll(c => c.Beside is null || said.Exists(s => s.Camera == c.Id && s.Runs)) ? Standing.Compared : Standing.Busy, null);
    }
}
