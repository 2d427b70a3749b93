using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Which ring a device is in: the first that takes it, and the one it was told in for ever. A revoked device is in none.</summary>
internal static class RingMembers
{
    private const uint Whole = 100_000;

    public static IReadOnlyDictionary<DeviceId, int> Of(RolloutRow rollout, IReadOnlyList<DeviceRow> devices)
    {
        var there = devices.Where(d => !d.Revoked).ToList();
        var told = rollout.Devices.ToDictionary(d => d.Device, d => d.Ring);
        var rings = there.Where(d => told.ContainsKey(d.Id)).ToDictionary(d => d.Id, d => told[d.Id]);
        foreach (var (index, ring) in rollout.Rings.Index())
        {
            var selector = Selector.Parse(ring.Selector);
            var matching = there.Where(d => !rings.ContainsKey(d.Id) && selector.Matches(RolloutEvidence.LabelsOf(d)));
            foreach (var device in Share(ring, rollout.Version.Model.ToString(), [.. matching], told: rings.Values.Count(r => r == index)))
            {
                rings.Add(device.Id, index);
            }
        }

        return rings;
    }

    // a share that takes nobody would never give evidence: it takes one
    private static IEnumerable<DeviceRow> Share(RingRequest ring, string salt, IReadOnlyList<DeviceRow> matching, int told)
    {
        if (ring.Percent is null && ring.Count is null)
        {
            return matching;
        }

        var ordered = matching.OrderBy(d => Bucket(salt, d.Id)).ThenBy(d => d.Id.ToString(), StringComparer.Ordinal).ToList();
        var share = ring.Percent is { } percent ? ordered.Count(d => Bucket(salt, d.Id) < percent / 100 * Whole) : ordered.Count;
        return ordered.Take(Math.Min(Math.Max(share, told == 0 ? 1 : 0), Math.Max(0, (ring.Count ?? int.MaxValue) - told)));
    }

    private static uint Bucket(string salt, DeviceId device) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}/{device}"))) % Whole;
}
