using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Reads from rows how each device stands to a rollout. No clock, no I/O.</summary>
internal static class RolloutEvidence
{
    /// <summary>Devices that are in a ring: each in the first whose selector takes it. A revoked device is in none.</summary>
    public static IReadOnlyList<DeviceEvidence> Of(RolloutRow rollout, IReadOnlyList<DeviceRow> devices, Func<DeviceId, bool> isOnline)
    {
        var selectors = rollout.Rings.Select(r => Selector.Parse(r.Selector)).ToList();
        var told = rollout.Devices.ToDictionary(d => d.Device);
        var evidence = new List<DeviceEvidence>();
        foreach (var device in devices.Where(d => !d.Revoked))
        {
            var row = told.GetValueOrDefault(device.Id);
            var ring = row?.Ring ?? RingOf(selectors, device);
            if (ring >= 0)
            {
                var (standing, why) = Judge(rollout, device, row);
                evidence.Add(new DeviceEvidence(device.Id, ring, standing, isOnline(device.Id), why));
            }
        }

        return evidence;
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

    private static int RingOf(List<Selector> selectors, DeviceRow device)
    {
        var labels = LabelsOf(device);
        return selectors.FindIndex(s => s.Matches(labels));
    }

    private static (Standing Standing, string? Why) Judge(RolloutRow rollout, DeviceRow device, RolloutDeviceRow? told)
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
