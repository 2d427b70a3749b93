using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Takes in what devices that were told have said since.</summary>
internal static class RolloutEar
{
    /// <summary>Devices whose counters decide how it goes on.</summary>
    public static IEnumerable<DeviceId> Measured(RolloutRow rollout) => rollout is { State: RolloutState.Running, Guards.Count: > 0 }
        ? rollout.Devices.Where(r => r.ToldAt is not null).Select(r => r.Device)
        : [];

    public static void Hear(RolloutRow rollout, IReadOnlyList<DeviceRow> devices, Func<DeviceId, Telemetry?> heard, DateTimeOffset now)
    {
        var byId = devices.ToDictionary(d => d.Id);
        foreach (var row in rollout.Devices.Where(r => r.ToldAt is not null))
        {
            if (byId.TryGetValue(row.Device, out var device))
            {
                var cameras = Cameras(rollout, device, row);
                if (row.InShadow)
                {
                    Compare(rollout, device, row, cameras, heard(device.Id));
                    continue;
                }

                row.CommittedAt = RolloutEvidence.Installed(rollout, device, row, cameras).Standing == Standing.Committed ? row.CommittedAt ?? now : null;
                if (heard(device.Id) is { } said && (rollout.Guards.Count > 0 || row.Controls.Count > 0))
                {
                    Hear(rollout, device, row, cameras, said);
                }
            }
        }
    }

    // what a camera runs itself is not compared; where that changed, the comparison begins anew
    private static void Compare(RolloutRow rollout, DeviceRow device, RolloutDeviceRow row, List<CameraId> cameras, Telemetry? said)
    {
        var windows = device.Cameras.Where(c => cameras.Contains(c.Id) && c.Version != rollout.Version)
            .Select(c => row.Shadows.FirstOrDefault(w => w.Camera == c.Id && w.Champion == c.Version) ?? ShadowWindow.Begin(c.Id, c.Version, rollout.Version, telemetry: null))
            .Select(w => said is null ? w : w.Hear(said, rollout.Version, rollout.Guards))
            .ToList();
        if (windows.Count != row.Shadows.Count || !windows.All(row.Shadows.Contains))
        {
            row.Shadows = windows;
        }
    }

    // a camera that was added later is heard from its first message on
    private static List<CameraId> Cameras(RolloutRow rollout, DeviceRow device, RolloutDeviceRow row)
    {
        if (!RingMembers.IsWhole(rollout.Rings[row.Ring]))
        {
            return [.. row.Cameras];
        }

        var others = rollout.Devices.Where(r => r.Device == row.Device && r.Ring != row.Ring).SelectMany(r => r.Cameras).ToHashSet();
        return [.. device.Cameras.Select(c => c.Id).Where(c => !others.Contains(c))];
    }

    private static void Hear(RolloutRow rollout, DeviceRow device, RolloutDeviceRow row, List<CameraId> cameras, Telemetry said)
    {
        var controls = row.Controls.Select(c => c.Hear(said, c.Champion!.Value, [])).ToList();
        var ended = row.Controls.Any(c => device.Cameras.Find(d => d.Id == c.Camera)?.Version != c.Champion);
        var windows = device.Cameras.Where(c => cameras.Contains(c.Id))
            .Select(c => (row.Windows.FirstOrDefault(w => w.Camera == c.Id) ?? GuardWindow.Begin(c.Id, champion: null, rollout.Version, telemetry: null)).Hear(said, rollout.Version, rollout.Guards, controls, ended))
            .ToList();
        if (!ended && !controls.All(row.Controls.Contains))
        {
            row.Controls = controls;
        }

        if (windows.Count != row.Windows.Count || !windows.All(row.Windows.Contains))
        {
            row.Windows = windows;
        }
    }
}
