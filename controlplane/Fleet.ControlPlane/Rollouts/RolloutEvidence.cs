using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Reads from rows how each device stands to a rollout. No clock, no I/O.</summary>
internal static class RolloutEvidence
{
    /// <summary>Devices that are in a ring.</summary>
    public static IReadOnlyList<DeviceEvidence> Of(RolloutRow rollout, IReadOnlyList<DeviceRow> devices, Func<DeviceId, bool> isOnline, DateTimeOffset now)
    {
        var rings = RingMembers.Of(rollout, devices);
        var told = rollout.Devices.ToDictionary(d => d.Device);
        return [.. devices.Where(d => rings.ContainsKey(d.Id)).Select(d => Judge(rollout, d, told.GetValueOrDefault(d.Id), rings[d.Id], now) with { Online = isOnline(d.Id) })];
    }

    /// <summary>A device's labels, and its id and site as the labels <c>device</c> and <c>site</c>.</summary>
    public static IReadOnlyDictionary<string, string> LabelsOf(DeviceRow device)
    {
        var labels = new Dictionary<string, string>(device.Labels, StringComparer.Ordinal);
        labels.TryAdd("device", device.Id.ToString());
        if (device.Site is not null)
        {
            labels.TryAdd("site", device.Site);
        }

        return labels;
    }

    /// <summary>Whether a report says that <paramref name="version"/> ended badly on some camera.</summary>
    public static bool HasFailed(Reported? reported, VersionId version) => reported?.Updates.Any(u => u.Version == version && EndedBadly(u.State)) ?? false;

    /// <summary>Findings that a person has to judge.</summary>
    public static IReadOnlyList<string> Inconclusive(IReadOnlyList<DeviceEvidence> devices) =>
        [.. devices.SelectMany(d => (d.Findings ?? []).Where(f => f.Outcome == GuardOutcome.Inconclusive && !f.Guard.Trial).Select(f => Key(d.Device, f))).Distinct()];

    /// <summary>Names a guard on a camera: what a person accepted is kept under it.</summary>
    public static string Key(DeviceId device, GuardFinding finding) => $"{device}/{finding.Camera}/{finding.Guard.Kind}";

    private static DeviceEvidence Judge(RolloutRow rollout, DeviceRow device, RolloutDeviceRow? told, int ring, DateTimeOffset now)
    {
        var (standing, why) = Installed(rollout, device, told);
        var plain = new DeviceEvidence(device.Id, ring, standing, Online: false, why);
        if (told is null || standing is Standing.Untold or Standing.Failed)
        {
            return plain;
        }

        var findings = Findings(rollout, device, told);
        var deciding = findings.Where(f => !f.Guard.Trial && !(f.Outcome == GuardOutcome.Inconclusive && rollout.Accepted.Contains(Key(device.Id, f)))).ToList();
        DeviceEvidence As(Standing verdict, GuardOutcome outcome) => plain with { Standing = verdict, Findings = findings, Why = Worst(deciding, outcome) };
        if (deciding.Exists(f => f.Outcome == GuardOutcome.Fail))
        {
            return As(Standing.Failed, GuardOutcome.Fail);
        }

        if (deciding.Exists(f => f.Outcome == GuardOutcome.Inconclusive))
        {
            return As(Standing.Unclear, GuardOutcome.Inconclusive);
        }

        var measuring = deciding.Exists(f => f.Outcome == GuardOutcome.NoData);
        if (standing != Standing.Committed || measuring)
        {
            var owing = standing == Standing.Committed ? As(Standing.Measured, GuardOutcome.NoData) : plain with { Findings = findings };
            return InTime(rollout.Rings[ring], told, owing, now);
        }

        var baked = told.CommittedAt is { } at && now - at >= TimeSpan.FromMinutes(rollout.Rings[ring].BakeMinutes);
        return plain with { Standing = baked ? Standing.Committed : Standing.Baking, Findings = findings };
    }

    private static DeviceEvidence InTime(RingRequest ring, RolloutDeviceRow told, DeviceEvidence evidence, DateTimeOffset now)
    {
        if (ring.SilentAfterMinutes is not { } minutes || now - told.ToldAt < TimeSpan.FromMinutes(minutes))
        {
            return evidence;
        }

        return ring.Silent switch
        {
            SilentPolicy.Fail => evidence with { Late = true, Standing = Standing.Failed, Why = $"no evidence within {minutes} minutes" },
            SilentPolicy.LeaveBehind => evidence with { Late = true, Standing = Standing.LeftBehind },
            _ => evidence with { Late = true },
        };
    }

    // a camera without a window has shown nothing yet
    private static List<GuardFinding> Findings(RolloutRow rollout, DeviceRow device, RolloutDeviceRow told) =>
    [
        .. device.Cameras.SelectMany(c => told.Windows.FirstOrDefault(w => w.Camera == c.Id) is { } window
            ? GuardMeter.Of(rollout.Guards, window)
            : rollout.Guards.Select(g => new GuardFinding(g, c.Id, GuardOutcome.NoData, "nothing was heard of it yet"))),
    ];

    private static string? Worst(List<GuardFinding> findings, GuardOutcome outcome) =>
        findings.Find(f => f.Outcome == outcome) is { } finding ? $"{finding.Camera}, {GuardWords.Of(finding.Guard.Kind)}: {finding.Evidence}" : null;

    /// <summary>What its reports say of the installation alone.</summary>
    public static (Standing Standing, string? Why) Installed(RolloutRow rollout, DeviceRow device, RolloutDeviceRow? told)
    {
        if (told is null || device.Cameras.Exists(c => c.Version != rollout.Version || c.Variant != rollout.Variant))
        {
            return (Standing.Untold, null);
        }

        if (device.Cameras.Count == 0)
        {
            return (Standing.NoCamera, null);
        }

        if (device.Reported is not { } reported || reported.SeenGeneration <= told.AfterGeneration)
        {
            return (Standing.Silent, null);
        }

        var ended = reported.Generation > told.AfterGeneration;
        var failed = reported.Updates.FirstOrDefault(u => u.Version == rollout.Version && EndedBadly(u.State) && device.Cameras.Exists(c => c.Id == u.Camera));
        if (failed is not null && (ended || !told.FailedBefore))
        {
            return (Standing.Failed, failed.Problem?.Detail ?? failed.State.ToString());
        }

        return ended && device.Cameras.TrueForAll(c => HasCommitted(reported, c.Id, rollout.Version))
            ? (Standing.Committed, null)
            : (Standing.Busy, null);
    }

    // installed is not enough: frames must have been completed by it, and it must still serve
    private static bool HasCommitted(Reported reported, CameraId camera, VersionId version) =>
        reported.Updates.Any(u => u.Camera == camera && u.Version == version && u is { State: UpdateState.Committed, FramesCompleted: > 0 })
        && reported.Cameras.Any(c => c.Id == camera && c.Version == version);

    private static bool EndedBadly(UpdateState state) => state is
        UpdateState.RejectedUntrusted or UpdateState.RejectedIncompatible or UpdateState.FailedNoChange
        or UpdateState.RolledBack or UpdateState.FailedUnableToRollBack;
}
