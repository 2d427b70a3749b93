using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Gives a rollout's version to cameras and takes it back; directives follow by themselves.</summary>
internal sealed class RolloutActs(
    RolloutRow rollout, IReadOnlyList<DeviceRow> devices, IReadOnlyList<DeviceEvidence> evidence, IReadOnlyDictionary<DeviceId, long> generations,
    Func<DeviceId, Telemetry?> heard, DateTimeOffset now)
{
    private readonly ShadowActs _shadows = new(rollout, devices, now);

    public void Apply(RolloutStep step)
    {
        switch (step)
        {
            case RolloutStep.OpenRing { Ring: var ring, Told: var told }:
                rollout.Open = ring;
                Tell(told);
                break;
            case RolloutStep.Tell { Told: var told }:
                Tell(told);
                break;
            case RolloutStep.Recall { Recalled: var recalled }:
                Recall(recalled);
                break;
            case RolloutStep.Promote { Promoted: var promoted }:
                _shadows.Agree(promoted);
                Tell(promoted);
                break;
            case RolloutStep.Drop { Dropped: var dropped }:
                _shadows.Refuse(dropped, evidence);
                break;
            case RolloutStep.Pause { Held: var held }:
                rollout.State = RolloutState.Paused;
                rollout.Asked = held is { } at ? [HoldKey(at)] : RolloutEvidence.Inconclusive(evidence);
                break;
            case RolloutStep.RollBack:
                rollout.State = RolloutState.RolledBack;
                TakeBack();
                break;
            case RolloutStep.Finish { Follows: var follows }:
                rollout.State = RolloutState.Finished;
                rollout.Follows = follows;
                break;
            case RolloutStep.Wait { Missing: var missing }:
                Owe(missing);
                break;
        }
    }

    /// <summary>Rings after which a person said to go on.</summary>
    public static IReadOnlySet<int> Released(RolloutRow rollout) =>
        Enumerable.Range(0, rollout.Rings.Count).Where(r => rollout.Accepted.Contains(HoldKey(r))).ToHashSet();

    /// <summary>Every camera goes back to what it ran before, unless something else was given to it since; a pinned device keeps what it has.</summary>
    public void TakeBack()
    {
        _shadows.End();
        foreach (var row in rollout.Devices)
        {
            if (devices.FirstOrDefault(d => d.Id == row.Device) is { Pin: null } device && row.ToldAt is not null)
            {
                TakeBack(device, row);
            }
        }
    }

    /// <summary>Whoever has not begun is not told any more, and no shadow stays.</summary>
    public void TakeBackOrders()
    {
        _shadows.End();
        Recall([.. evidence.Where(e => e is { ToldAt: not null, Began: false, InShadow: false }).Select(e => e.Share)]);
    }

    private void Tell(IReadOnlyList<RingShare> told)
    {
        var shares = told.ToHashSet();
        var byId = devices.ToDictionary(d => d.Id);
        foreach (var entry in evidence.Where(e => shares.Contains(e.Share)))
        {
            var (device, row) = (byId[entry.Device], Row(byId[entry.Device], entry.Ring));
            if (rollout.Rings[entry.Ring].Shadow && row.AgreedAt is null)
            {
                _shadows.Begin(device, row, entry, generations.GetValueOrDefault(device.Id), heard(device.Id));
            }
            else
            {
                Tell(device, row, entry);
            }
        }
    }

    private void Tell(DeviceRow device, RolloutDeviceRow row, DeviceEvidence entry)
    {
        var whole = RingMembers.IsWhole(rollout.Rings[entry.Ring]);
        var mine = device.Cameras.Where(c => entry.Cameras.Contains(c.Id)).ToList();
        var changed = mine.Where(c => c.Version != rollout.Version || c.Variant != rollout.Variant).ToList();
        var generation = generations.GetValueOrDefault(device.Id);
        row.Cameras = entry.Cameras;
        row.AfterGeneration = changed.Count > 0 ? generation : generation - 1;
        row.FailedBefore = RolloutEvidence.HasFailed(device.Reported, rollout.Version, entry.Cameras);
        row.Before = [.. row.Before.Where(b => !changed.Exists(c => c.Id == b.Camera)), .. changed.Select(c => new CameraBefore(c.Id, c.Version, c.Variant))];
        (row.ToldAt, row.CommittedAt, row.OwedAt) = (now, null, row.OwedAt ?? now);
        if (entry.Bytes > 0)
        {
            (row.SentAt, row.SentBytes) = (now, entry.Bytes);
        }

        var telemetry = heard(device.Id);
        row.Windows = [.. row.Windows.Where(w => !changed.Exists(c => c.Id == w.Camera)), .. changed.Select(c => GuardWindow.Begin(c.Id, c.Version, rollout.Version, telemetry))];
        row.Controls = whole ? [] : [.. device.Cameras.Except(mine).Where(c => c.Version is not null && c.Version != rollout.Version).Select(c => GuardWindow.Begin(c.Id, c.Version, c.Version!.Value, telemetry))];
        foreach (var camera in changed)
        {
            (camera.Version, camera.Variant) = (rollout.Version, rollout.Variant);
            camera.Shadow = camera.Shadow?.Version == rollout.Version ? null : camera.Shadow;
        }

        if (whole)
        {
            (device.Version, device.Variant) = (rollout.Version, rollout.Variant);
        }
    }

    private void Owe(IReadOnlyList<RingShare> missing)
    {
        foreach (var share in missing)
        {
            var row = Row(devices.First(d => d.Id == share.Device), share.Ring);
            row.OwedAt ??= now;
        }
    }

    // what was sent counts against the caps of its hour even so
    private void Recall(IReadOnlyList<RingShare> recalled)
    {
        foreach (var row in rollout.Devices.Where(r => recalled.Contains(new RingShare(r.Device, r.Ring))))
        {
            var device = devices.First(d => d.Id == row.Device);
            if (row.InShadow)
            {
                _shadows.End(device, row);
            }
            else
            {
                TakeBack(device, row);
            }

            (row.ToldAt, row.CommittedAt, row.Windows, row.Controls, row.Before) = (null, null, [], [], []);
        }
    }

    private RolloutDeviceRow Row(DeviceRow device, int ring)
    {
        var row = rollout.Devices.Find(d => d.Device == device.Id && d.Ring == ring);
        if (row is null)
        {
            row = new RolloutDeviceRow { Rollout = rollout.Id, Device = device.Id, Ring = ring, VersionBefore = device.Version, VariantBefore = device.Variant };
            rollout.Devices.Add(row);
        }

        return row;
    }

    private void TakeBack(DeviceRow device, RolloutDeviceRow row)
    {
        var whole = RingMembers.IsWhole(rollout.Rings[row.Ring]);
        var others = rollout.Devices.Where(r => r.Device == row.Device && r != row).SelectMany(r => r.Cameras).ToHashSet();
        bool IsMine(CameraRow camera) => row.Cameras.Contains(camera.Id) || (whole && !others.Contains(camera.Id));
        foreach (var camera in device.Cameras.Where(c => IsMine(c) && c.Version == rollout.Version && c.Variant == rollout.Variant))
        {
            var before = row.Before.FirstOrDefault(b => b.Camera == camera.Id) ?? new CameraBefore(camera.Id, row.VersionBefore, row.VariantBefore);
            (camera.Version, camera.Variant) = (before.Version, before.Variant);
        }

        if (whole && device.Version == rollout.Version && device.Variant == rollout.Variant)
        {
            (device.Version, device.Variant) = (row.VersionBefore, row.VariantBefore);
        }
    }

    private static string HoldKey(int ring) => $"ring/{ring}";
}
