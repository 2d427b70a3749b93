using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Sets a rollout's version into the shadow of cameras and ends that; directives follow by themselves.</summary>
internal sealed class ShadowActs(RolloutRow rollout, IReadOnlyList<DeviceRow> devices, DateTimeOffset now)
{
    /// <summary>Cameras that run the version already are left as they are.</summary>
    public void Begin(DeviceRow device, RolloutDeviceRow row, DeviceEvidence entry, long generation, Telemetry? heard)
    {
        var fresh = device.Cameras.Where(c => entry.Cameras.Contains(c.Id) && c.Version != rollout.Version && c.Shadow?.Version != rollout.Version).ToList();
        row.Cameras = entry.Cameras;

        // a camera that runs nothing has nothing to be compared with, and its directive stays the same
        row.AfterGeneration = fresh.Exists(c => c.Version is not null) ? generation : generation - 1;
        (row.InShadow, row.ToldAt, row.CommittedAt, row.OwedAt) = (true, now, null, row.OwedAt ?? now);
        if (entry.Bytes > 0)
        {
            (row.SentAt, row.SentBytes) = (now, entry.Bytes);
        }

        row.Shadows = [.. row.Shadows.Where(w => !fresh.Exists(c => c.Id == w.Camera)), .. fresh.Select(c => ShadowWindow.Begin(c.Id, c.Version, rollout.Version, heard))];
        foreach (var camera in fresh)
        {
            camera.Shadow = new DesiredShadow(rollout.Version);
        }
    }

    /// <summary>They are to run the version; what they owe from now on is evidence of that.</summary>
    public void Agree(IReadOnlyList<RingShare> shares)
    {
        foreach (var row in Rows(shares))
        {
            (row.InShadow, row.AgreedAt, row.OwedAt) = (false, now, null);
        }
    }

    public void Refuse(IReadOnlyList<RingShare> shares, IReadOnlyList<DeviceEvidence> evidence)
    {
        foreach (var row in Rows(shares).ToList())
        {
            row.Refusal = evidence.First(e => e.Device == row.Device && e.Ring == row.Ring).Why ?? "its shadow was not clear";
            End(devices.First(d => d.Id == row.Device), row);
        }
    }

    /// <summary>No shadow of this rollout stays anywhere.</summary>
    public void End()
    {
        foreach (var row in rollout.Devices.Where(r => r.InShadow))
        {
            if (devices.FirstOrDefault(d => d.Id == row.Device) is { } device)
            {
                End(device, row);
            }
        }
    }

    public void End(DeviceRow device, RolloutDeviceRow row)
    {
        Clear(device.Cameras.Where(c => row.Cameras.Contains(c.Id)));
        (row.InShadow, row.ToldAt) = (false, null);
    }

    /// <summary>Cameras that have left the rollout, because a newer one has them or their device was pinned, lose its shadow.</summary>
    /// <param name="evidence">Those that are in it.</param>
    /// <returns>Whether there were any.</returns>
    public bool EndLost(IReadOnlyList<DeviceEvidence> evidence)
    {
        var any = false;
        foreach (var row in rollout.Devices.Where(r => r.InShadow))
        {
            var mine = evidence.FirstOrDefault(e => e.Device == row.Device && e.Ring == row.Ring)?.Cameras ?? [];
            var device = devices.FirstOrDefault(d => d.Id == row.Device);
            any |= device is not null && Clear(device.Cameras.Where(c => row.Cameras.Contains(c.Id) && !mine.Contains(c.Id)));
            if (mine.Count == 0)
            {
                (row.InShadow, row.ToldAt) = (false, null);
            }
            else if (row.Cameras.Except(mine).Any())
            {
                row.Cameras = [.. row.Cameras.Where(mine.Contains)];
            }
        }

        return any;
    }

    private bool Clear(IEnumerable<CameraRow> cameras)
    {
        var mine = cameras.Where(c => c.Shadow?.Version == rollout.Version).ToList();
        mine.ForEach(c => c.Shadow = null);
        return mine.Count > 0;
    }

    private IEnumerable<RolloutDeviceRow> Rows(IReadOnlyList<RingShare> shares) => rollout.Devices.Where(r => shares.Contains(new RingShare(r.Device, r.Ring)));
}
