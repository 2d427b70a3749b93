using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Reads from rows how each device stands to a rollout. No clock, no I/O.</summary>
internal static class RolloutEvidence
{
    private const string TimeZoneLabel = "time-zone";

    /// <summary>Devices that are in a ring, once for each ring that has cameras of them.</summary>
    /// <param name="rollout">Its rings, and what was counted.</param>
    /// <param name="devices">All devices.</param>
    /// <param name="isOnline">Whether one is connected.</param>
    /// <param name="now">The time.</param>
    /// <param name="taken">Cameras that belong to a newer rollout.</param>
    public static IReadOnlyList<DeviceEvidence> Of(
        RolloutRow rollout, IReadOnlyList<DeviceRow> devices, Func<DeviceId, bool> isOnline, DateTimeOffset now, IReadOnlySet<(DeviceId, CameraId)>? taken = null)
    {
        var rows = rollout.Devices.ToDictionary(d => new RingShare(d.Device, d.Ring));
        var reached = rollout.Devices.Where(d => d.ToldAt is not null).Select(d => d.Device).ToHashSet();
        var byId = devices.ToDictionary(d => d.Id);
        return [.. RingMembers.Of(rollout, devices, taken).Select(member =>
        {
            var (device, row) = (byId[member.Device], rows.GetValueOrDefault(new RingShare(member.Device, member.Ring)));
            var told = row is { ToldAt: not null } ? row : null;
            return Judge(rollout, device, row, member, now) with
            {
                Online = isOnline(device.Id),
                Cameras = member.Cameras,
                ToldAt = told?.ToldAt,
                InShadow = told is { InShadow: true },
                Dropped = row is { Refusal: not null },
                Began = told is not null && device.Reported is { } said && said.SeenGeneration > told.AfterGeneration,
                Site = device.Site,
                TimeZone = device.Labels.GetValueOrDefault(TimeZoneLabel),
                Bytes = reached.Contains(device.Id) || Has(device, rollout.Version) ? 0 : rollout.Bytes,
            };
        })];
    }

    /// <summary>Whether it has the files of a version, because a camera of it runs it.</summary>
    public static bool Has(DeviceRow device, VersionId version) => device.Reported?.Cameras.Any(c => c.Version == version) ?? false;

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

    /// <summary>Whether a report says that <paramref name="version"/> ended badly on one of these cameras.</summary>
    public static bool HasFailed(Reported? reported, VersionId version, IReadOnlyList<CameraId> cameras) =>
        reported?.Updates.Any(u => u.Version == version && EndedBadly(u.State) && cameras.Contains(u.Camera)) ?? false;

    /// <summary>Findings that a person has to judge.</summary>
    public static IReadOnlyList<string> Inconclusive(IReadOnlyList<DeviceEvidence> devices) =>
        [.. devices.SelectMany(d => (d.Findings ?? []).Where(f => f.Outcome == GuardOutcome.Inconclusive && !f.Guard.Trial).Select(f => Key(d.Device, f))).Distinct()];

    /// <summary>Names a guard on a camera: what a person accepted is kept under it.</summary>
    public static string Key(DeviceId device, GuardFinding finding) => $"{device}/{finding.Camera}/{finding.Guard.Kind}{(finding.Guard.Against == GuardAgainst.Before ? "" : "/others")}";

    private static DeviceEvidence Judge(RolloutRow rollout, DeviceRow device, RolloutDeviceRow? row, RingMember member, DateTimeOffset now)
    {
        if (row is { Refusal: { } refusal })
        {
            return new DeviceEvidence(device.Id, member.Ring, Standing.Failed, Online: false, refusal);
        }

        var told = row is { ToldAt: not null } ? row : null;
        return told is { InShadow: true } ? ShadowEvidence.Judge(rollout, device, told, member, now) : Serving(rollout, device, row, member, now);
    }

    private static DeviceEvidence Serving(RolloutRow rollout, DeviceRow device, RolloutDeviceRow? row, RingMember member, DateTimeOffset now)
    {
        var ring = rollout.Rings[member.Ring];
        var told = row is { ToldAt: not null } ? row : null;
        var (standing, why) = Installed(rollout, device, told, member.Cameras);
        var plain = new DeviceEvidence(device.Id, member.Ring, standing, Online: false, why);
        if (told is null)
        {
            return row is null ? plain : InTime(ring, row, plain, now);
        }

        if (standing is Standing.Untold or Standing.Failed)
        {
            return plain;
        }

        // what was found in the shadow was judged before it was told
        var served = Findings(rollout, member, told);
        List<GuardFinding> findings = [.. served, .. ShadowEvidence.Findings(rollout, device, told, member)];
        var deciding = served.Where(f => !f.Guard.Trial && !(f.Outcome == GuardOutcome.Inconclusive && rollout.Accepted.Contains(Key(device.Id, f)))).ToList();
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
            return InTime(ring, told, owing, now);
        }

        var baked = told.CommittedAt is { } at && now - at >= TimeSpan.FromMinutes(ring.BakeMinutes);
        return plain with { Standing = baked ? Standing.Committed : Standing.Baking, Findings = findings };
    }

    /// <summary>The same, unless it owes evidence for longer than its ring waits.</summary>
    public static DeviceEvidence InTime(RingRequest ring, RolloutDeviceRow row, DeviceEvidence evidence, DateTimeOffset now)
    {
        if (ring.SilentAfterMinutes is not { } minutes || row.OwedAt is not { } owed || now - owed < TimeSpan.FromMinutes(minutes))
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

    // a camera without a window has shown nothing yet; where a ring takes whole devices there is no other camera to compare with
    private static List<GuardFinding> Findings(RolloutRow rollout, RingMember member, RolloutDeviceRow told) =>
    [
        .. member.Cameras.SelectMany(c => told.Windows.FirstOrDefault(w => w.Camera == c) is { } window
            ? GuardMeter.Of(rollout.Guards, window, told.Controls)
            : rollout.Guards.Select(g => new GuardFinding(g, c, GuardOutcome.NoData, "nothing was heard of it yet")))
            .Where(f => f.Guard.Kind != GuardKind.ShadowAgreement)
            .Where(f => f.Guard.Against == GuardAgainst.Before || !RingMembers.IsWhole(rollout.Rings[member.Ring])),
    ];

    /// <summary>The first that ended so, in words.</summary>
    public static string? Worst(List<GuardFinding> findings, GuardOutcome outcome) =>
        findings.Find(f => f.Outcome == outcome) is { } finding ? $"{finding.Camera}, {GuardWords.Of(finding.Guard.Kind)}: {finding.Evidence}" : null;

    /// <summary>What its reports say of the installation alone.</summary>
    /// <param name="rollout">The rollout.</param>
    /// <param name="device">The device.</param>
    /// <param name="told">Null while it is not told.</param>
    /// <param name="cameras">Those of it that are in the ring.</param>
    public static (Standing Standing, string? Why) Installed(RolloutRow rollout, DeviceRow device, RolloutDeviceRow? told, IReadOnlyList<CameraId> cameras)
    {
        var mine = device.Cameras.Where(c => cameras.Contains(c.Id)).ToList();
        if (told?.ToldAt is null || mine.Exists(c => c.Version != rollout.Version || c.Variant != rollout.Variant))
        {
            return (Standing.Untold, null);
        }

        if (mine.Count == 0)
        {
            return (Standing.NoCamera, null);
        }

        if (device.Reported is not { } reported || reported.SeenGeneration <= told.AfterGeneration)
        {
            return (Standing.Silent, null);
        }

        var ended = reported.Generation > told.AfterGeneration;
        var failed = reported.Updates.FirstOrDefault(u => u.Version == rollout.Version && EndedBadly(u.State) && cameras.Contains(u.Camera));
        if (failed is not null && (ended || !told.FailedBefore))
        {
            return (Standing.Failed, failed.Problem?.Detail ?? failed.State.ToString());
        }

        return ended && mine.TrueForAll(c => HasCommitted(reported, c.Id, rollout.Version))
            ? (Standing.Committed, null)
            : (Standing.Busy, null);
    }

    // installed is not enough: frames must have been completed by it, and it must still serve
    private static bool HasCommitted(Reported reported, CameraId camera, VersionId version) =>
        reported.Updates.Any(u => u.Camera == camera && u.Version == version && u is { State: UpdateState.Committed, FramesCompleted: > 0 })
        && reported.Cameras.Any(c => c.Id == camera && c.Version == version);

    public static bool EndedBadly(UpdateState state) => state is
        UpdateState.RejectedUntrusted or UpdateState.RejectedIncompatible or UpdateState.FailedNoChange
        or UpdateState.RolledBack or UpdateState.FailedUnableToRollBack;
}
