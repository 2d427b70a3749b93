using Fleet.Contracts;
using Fleet.ControlPlane.DevicePolicies;
using Fleet.ControlPlane.Devices;
using Fleet.Trust;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Says what a rollout would do. It tells devices in thought, by the same rules; no clock, no I/O.</summary>
internal sealed class PreviewPlanner(RolloutRow rollout, VersionResponse version, IReadOnlyList<DeviceRow> devices, PolicyBook policies, Func<DeviceId, bool> isOnline, ReleaseFloor? floor)
{
    private const int Named = 20;
    private const int MostSteps = 20_000;
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(60);

    /// <param name="traffic">What was sent already, and the time now.</param>
    /// <param name="supersedes">Rollouts that it would end.</param>
    public RolloutPreview Of(Traffic traffic, IReadOnlyList<RolloutId> supersedes)
    {
        var evidence = RolloutEvidence.Of(rollout, devices, isOnline, traffic.Now);
        var byId = devices.ToDictionary(d => d.Id);
        var rings = new List<RingPreview>();
        var reached = new HashSet<DeviceId>();
        var at = (Traffic?)traffic;
        foreach (var (index, ring) in rollout.Rings.Index())
        {
            // what a device has after an earlier ring is not sent again
            List<DeviceEvidence> members = [.. evidence.Where(e => e.Ring == index).Select(e => e with { Online = true, Bytes = reached.Add(e.Device) ? e.Bytes : 0 })];
            var (first, last, after) = Tell(members, at);
            at = after is null ? null : after with { Now = after.Now + TimeSpan.FromMinutes(ring.BakeMinutes) };
            rings.Add(Ring(ring, members, first, last, byId));
        }

        var selectors = rollout.Rings.Select(r => Selector.Parse(r.Selector)).ToList();
        return new RolloutPreview(
            rollout.Version,
            rollout.Variant,
            rollout.Bytes,
            reached.Count,
            rings.Sum(r => r.Cameras),
            rings.Sum(r => r.Bytes),
            Hours(rings, traffic.Now),
            rollout.State == RolloutState.AwaitingApproval,
            rings,
            [.. devices.Where(d => d is { Pin: not null, Revoked: false } && selectors.Exists(s => s.Matches(RolloutEvidence.LabelsOf(d)))).Take(Named).Select(d => new DeviceRemark(d.Id, Pins.Words(d.Pin!)))],
            supersedes,
            floor?.ToString());
    }

    private static double? Hours(List<RingPreview> rings, DateTimeOffset now) =>
        rings.Exists(r => r.Devices > 0 && r.LastAt is null) ? null : rings.Max(r => r.LastAt) is { } last ? (last - now).TotalHours : 0;

    private RingPreview Ring(RingRequest ring, List<DeviceEvidence> members, DateTimeOffset? first, DateTimeOffset? last, Dictionary<DeviceId, DeviceRow> byId)
    {
        var offline = members.Where(m => !isOnline(m.Device)).Select(m => m.Device).ToList();
        var refusals = members.Select(m => (m.Device, Why: Refusals.Of(byId[m.Device], version, rollout.Variant, m.Bytes, policies.Of(byId[m.Device]).Policy.OutboxBytes, floor))).Where(r => r.Why is not null).Select(r => new DeviceRemark(r.Device, r.Why!)).ToList();
        return new RingPreview(
            ring.Name, ring.Selector, members.Count, members.Sum(m => m.Cameras.Count), members.Sum(m => m.Bytes), first, last, offline.Count, [.. offline.Take(Named)], refusals.Count, [.. refusals.Take(Named)]);
    }

    /// <summary>Tells them one hour after the other until everyone is told.</summary>
    private static (DateTimeOffset? First, DateTimeOffset? Last, Traffic? After) Tell(List<DeviceEvidence> members, Traffic? from)
    {
        var (left, at, first, last) = (members, from, (DateTimeOffset?)null, (DateTimeOffset?)null);
        for (var step = 0; left.Count > 0 && at is not null && step < MostSteps; step++)
        {
            var admission = Admission.Of(left, at);
            if (admission.Told.Count > 0)
            {
                (first, last) = (first ?? at.Now, at.Now);
                var now = at.Now;
                at = at with { Sent = [.. at.Sent.Where(s => s.At > now - Traffic.Hour), .. admission.Told.Where(t => t.Bytes > 0).Select(t => new Sent(now, t.Site, t.Bytes))] };
                left = [.. admission.Held.Select(h => h.Device)];
                continue;
            }

            var next = admission.Held.Select(h => h.Until).Where(t => t is not null).Min();
            at = next is { } later && later - from!.Now < Horizon ? at with { Now = later } : null;
        }

        return left.Count > 0 ? (first, null, null) : (first, last, at);
    }
}
