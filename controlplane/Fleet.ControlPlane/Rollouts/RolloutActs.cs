using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Gives a rollout's version to devices and takes it back; directives follow by themselves.</summary>
internal sealed class RolloutActs(
    RolloutRow rollout, IReadOnlyList<DeviceRow> devices, IReadOnlyList<DeviceEvidence> evidence, IReadOnlyDictionary<DeviceId, long> generations,
    Func<DeviceId, Telemetry?> heard, DateTimeOffset now)
{
    public IReadOnlyList<DeviceEvidence> Evidence => evidence;

    public void TellRing(int ring) => Tell([.. evidence.Where(e => e.Ring == ring).Select(e => e.Device)]);

    public void Tell(IReadOnlyList<DeviceId> told)
    {
        foreach (var entry in evidence.Where(e => told.Contains(e.Device)))
        {
            Tell(devices.First(d => d.Id == entry.Device), entry.Ring);
        }
    }

    /// <summary>Takes in what devices that were told have said since.</summary>
    public static void Observe(RolloutRow rollout, IReadOnlyList<DeviceRow> devices, Func<DeviceId, Telemetry?> heard, DateTimeOffset now)
    {
        foreach (var row in rollout.Devices)
        {
            if (devices.FirstOrDefault(d => d.Id == row.Device) is { } device)
            {
                row.CommittedAt = RolloutEvidence.Installed(rollout, device, row).Standing == Standing.Committed ? row.CommittedAt ?? now : null;
                Observe(rollout, device, row, heard(device.Id));
            }
        }
    }

    private static void Observe(RolloutRow rollout, DeviceRow device, RolloutDeviceRow row, Telemetry? heard)
    {
        if (heard is null || rollout.Guards.Count == 0)
        {
            return;
        }

        var windows = device.Cameras
            .Select(c => (row.Windows.FirstOrDefault(w => w.Camera == c.Id) ?? GuardWindow.Begin(c.Id, champion: null, rollout.Version, telemetry: null)).Hear(heard, rollout.Version, rollout.Guards))
            .ToList();
        if (windows.Count != row.Windows.Count || !windows.All(row.Windows.Contains))
        {
            row.Windows = windows;
        }
    }

    /// <summary>Every camera goes back to what it ran before, unless something else was given to it since.</summary>
    public void TakeBack()
    {
        foreach (var row in rollout.Devices)
        {
            if (devices.FirstOrDefault(d => d.Id == row.Device) is { } device)
            {
                TakeBack(device, row);
            }
        }
    }

    private void Tell(DeviceRow device, int ring)
    {
        var row = rollout.Devices.Find(d => d.Device == device.Id);
        if (row is null)
        {
            row = new RolloutDeviceRow { Rollout = rollout.Id, Device = device.Id, Ring = ring, VersionBefore = device.Version, VariantBefore = device.Variant };
            rollout.Devices.Add(row);
        }

        var changed = device.Cameras.Where(c => c.Version != rollout.Version || c.Variant != rollout.Variant).ToList();
        var generation = generations.GetValueOrDefault(device.Id);
        row.AfterGeneration = changed.Count > 0 ? generation : generation - 1;
        row.FailedBefore = RolloutEvidence.HasFailed(device.Reported, rollout.Version);
        row.Before = [.. row.Before.Where(b => !changed.Exists(c => c.Id == b.Camera)), .. changed.Select(c => new CameraBefore(c.Id, c.Version, c.Variant))];
        row.ToldAt = now;
        row.CommittedAt = null;
        row.Windows = [.. row.Windows.Where(w => !changed.Exists(c => c.Id == w.Camera)), .. changed.Select(c => GuardWindow.Begin(c.Id, c.Version, rollout.Version, heard(device.Id)))];
        (device.Version, device.Variant) = (rollout.Version, rollout.Variant);
        foreach (var camera in changed)
        {
            (camera.Version, camera.Variant) = (rollout.Version, rollout.Variant);
        }
    }

    private void TakeBack(DeviceRow device, RolloutDeviceRow row)
    {
        foreach (var camera in device.Cameras.Where(c => c.Version == rollout.Version && c.Variant == rollout.Variant))
        {
            var before = row.Before.FirstOrDefault(b => b.Camera == camera.Id) ?? new CameraBefore(camera.Id, row.VersionBefore, row.VariantBefore);
            (camera.Version, camera.Variant) = (before.Version, before.Variant);
        }

        if (device.Version == rollout.Version && device.Variant == rollout.Variant)
        {
            (device.Version, device.Variant) = (row.VersionBefore, row.VariantBefore);
        }
    }
}
