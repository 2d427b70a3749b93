using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>The cameras of one device that are in one ring.</summary>
internal sealed record RingMember(DeviceId Device, int Ring, IReadOnlyList<CameraId> Cameras);

/// <summary>Which ring each camera is in: the first that takes it, and the one it was told in for ever. A revoked or pinned device is in none.</summary>
internal sealed class RingMembers
{
    private const uint Whole = 100_000;
    private readonly RolloutRow _rollout;
    private readonly string _salt;
    private readonly List<DeviceRow> _there;
    private readonly Dictionary<DeviceId, List<CameraId>> _left;
    private readonly HashSet<DeviceId> _done = [];
    private readonly List<RingMember> _members = [];

    private RingMembers(RolloutRow rollout, IReadOnlyList<DeviceRow> devices, IReadOnlySet<(DeviceId, CameraId)>? taken)
    {
        _rollout = rollout;
        _salt = rollout.Version.Model.ToString();
        _there = [.. devices.Where(d => !d.Revoked && d.Pin is null)];
        _left = _there.ToDictionary(d => d.Id, d => d.Cameras.Select(c => c.Id).Where(c => taken?.Contains((d.Id, c)) != true).OrderBy(c => Bucket($"{_salt}/{d.Id}", c)).ToList());
    }

    /// <param name="rollout">Its rings, and whom it told.</param>
    /// <param name="devices">All devices.</param>
    /// <param name="taken">Cameras that belong to a newer rollout.</param>
    public static IReadOnlyList<RingMember> Of(RolloutRow rollout, IReadOnlyList<DeviceRow> devices, IReadOnlySet<(DeviceId, CameraId)>? taken = null)
    {
        var members = new RingMembers(rollout, devices, taken);
        members.KeepThoseTold();
        foreach (var (index, ring) in rollout.Rings.Index())
        {
            members.Fill(index, ring);
        }

        return members._members;
    }

    /// <summary>Whether it takes all cameras of a device that no earlier ring has.</summary>
    public static bool IsWhole(RingRequest ring) => ring.Cameras is null && ring.CameraPercent is null;

    private void KeepThoseTold()
    {
        var devices = _there.ToDictionary(d => d.Id);
        foreach (var row in _rollout.Devices.Where(r => devices.ContainsKey(r.Device)).OrderBy(r => IsWhole(_rollout.Rings[r.Ring])).ThenBy(r => r.Ring))
        {
            var whole = IsWhole(_rollout.Rings[row.Ring]);
            Add(devices[row.Device], row.Ring, whole ? [.. _left[row.Device]] : [.. row.Cameras.Where(_left[row.Device].Contains)], whole);
        }
    }

    private void Fill(int index, RingRequest ring)
    {
        var selector = Selector.Parse(ring.Selector);
        var told = _members.Where(m => m.Ring == index).Select(m => m.Device).ToHashSet();
        var matching = _there.Where(d => !_done.Contains(d.Id) && !told.Contains(d.Id) && CanTake(ring, d) && selector.Matches(RolloutEvidence.LabelsOf(d))).ToList();
        foreach (var device in Share(ring, matching, told.Count))
        {
            Add(device, index, [.. _left[device.Id].Take(Most(ring, device))], IsWhole(ring));
        }
    }

    private bool CanTake(RingRequest ring, DeviceRow device) => _left[device.Id].Count > 0 || (device.Cameras.Count == 0 && IsWhole(ring));

    private static int Most(RingRequest ring, DeviceRow device) =>
        ring.Cameras ?? (ring.CameraPercent is { } percent ? Math.Max(1, (int)Math.Round(percent / 100 * device.Cameras.Count)) : int.MaxValue);

    private void Add(DeviceRow device, int ring, List<CameraId> cameras, bool whole)
    {
        if (cameras.Count == 0 && (device.Cameras.Count > 0 || !whole))
        {
            return;
        }

        _left[device.Id].RemoveAll(cameras.Contains);
        _members.Add(new RingMember(device.Id, ring, cameras));
        if (whole)
        {
            _done.Add(device.Id);
        }
    }

    // a share that takes nobody would never give evidence: it takes one
    private IEnumerable<DeviceRow> Share(RingRequest ring, List<DeviceRow> matching, int told)
    {
        if (ring.Percent is null && ring.Count is null)
        {
            return matching;
        }

        var ordered = matching.OrderBy(d => Bucket(_salt, d.Id)).ThenBy(d => d.Id.ToString(), StringComparer.Ordinal).ToList();
        var share = ring.Percent is { } percent ? ordered.Count(d => Bucket(_salt, d.Id) < percent / 100 * Whole) : ordered.Count;
        return ordered.Take(Math.Min(Math.Max(share, told == 0 ? 1 : 0), Math.Max(0, (ring.Count ?? int.MaxValue) - told)));
    }

    private static uint Bucket<T>(string salt, T id) where T : struct =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}/{id}"))) % Whole;
}
