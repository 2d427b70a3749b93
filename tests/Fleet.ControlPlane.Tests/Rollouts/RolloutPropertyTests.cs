using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>Whatever a fleet does, by chance: what a rollout must never do, and that it ends.</summary>
public sealed class RolloutPropertyTests
{
    private const long Bytes = 1000;
    private static readonly DateTimeOffset Start = new(2026, 3, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(15);
    private static readonly string[][] Windows = [[], ["daily 22:00-05:00 Europe/Berlin"], ["Mon-Fri 20:00-23:00"], ["Sat,Sun 00:00-24:00 UTC", "daily 01:30-03:30 Europe/Berlin"]];
    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata"];

    [Fact]
    public void Always_ends_and_keeps_every_promise()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            new Run(seed).Play();
        }
    }

    private sealed class Run
    {
        private readonly int _seed;
        private readonly Random _chance;
        private readonly RolloutWorld _world = new(Start);
        private readonly RolloutRow _first;
        private readonly Dictionary<(DeviceId, CameraId), DateTimeOffset> _newest = [];
        private RolloutRow? _second;

        public Run(int seed)
        {
            (_seed, _chance) = (seed, new Random(seed));
            foreach (var i in Enumerable.Range(0, _chance.Next(3, 9)))
            {
                _world.Device($"edge-{i}", _chance.Next(1, 5), i == 1 ? "site-1" : $"site-{_chance.Next(3)}", Zones[_chance.Next(Zones.Length)]);
            }

            var failing = _chance.Next(4) == 0 ? _world.Devices[0].Id : default(DeviceId?);
            _world.Answer = (device, _, _) => device == failing ? UpdateState.RolledBack : UpdateState.Committed;
            var unlike = _chance.Next(4) == 0 ? _world.Devices[^1].Id : default(DeviceId?);
            var empty = _chance.Next(4) == 0 ? _world.Devices[1].Id : default(DeviceId?);
            _world.Sees = (device, _) => device == unlike ? (_seed % 2 == 0 ? null : (10, 90)) : device == empty ? (0, 0) : (100, 4);
            _world.Watch = Judge;
            _world.Begins = (device, camera, version) => Begins(device, camera, version);
            // every third fleet gets a second rollout beside the first, for another site, and devices that move there
            var request = Request(VersionId.Parse("shelf@2"), "*");
            _first = _world.Begin(HasSecond ? request with { Rings = [new RingRequest("rest", "site!=site-0")] } : request, Bytes);
        }

        private bool HasSecond => _seed % 3 == 0;

        public void Play()
        {
            for (var turn = 0; turn < 4000 && _world.Rollouts.Exists(IsOpen); turn++)
            {
                Disturb(turn);
                _world.Turn(Step);
                CheckCaps();
            }

            var stays = _world.Rollouts.Find(IsOpen);
            Assert.True(stays is null, $"seed {_seed} stays {stays?.State}:\n{(stays is null ? "" : RolloutWorld.LogOf(stays))}");
            var shadowed = _world.Devices.SelectMany(d => d.Cameras).FirstOrDefault(c => c.Shadow is not null);
            Assert.True(shadowed is null, $"seed {_seed} leaves {shadowed?.Device}/{shadowed?.Id} in the shadow:\n{string.Join("\n\n", _world.Rollouts.Select(RolloutWorld.LogOf))}");
            foreach (var rollout in _world.Rollouts.Where(r => r.State == RolloutState.Finished))
            {
                LeavesNobodyBehind(rollout);
            }
        }

        private static bool IsOpen(RolloutRow rollout) => rollout.State is RolloutState.Running or RolloutState.Paused || (rollout.State == RolloutState.Finished && rollout.Follows);

        private RolloutRequest Request(VersionId version, string selector)
        {
            var rings = Enumerable.Range(0, _chance.Next(0, 3)).Select(i => new RingRequest(
                $"r{i}", selector, _chance.Next(0, 3), Percent: 40, BakeMinutes: _chance.Next(3) * 20, SilentAfterMinutes: _chance.Next(2) == 0 ? 300 : null,
                Silent: SilentPolicy.LeaveBehind, MaxSilentPercent: 60, Cameras: _chance.Next(2) == 0 ? 1 : null, Hold: _chance.Next(4) == 0)).ToList();
            rings.Add(new RingRequest("rest", selector, _chance.Next(0, 2), SilentAfterMinutes: 600, Silent: SilentPolicy.LeaveBehind, MaxSilentPercent: 60));
            var shadow = _chance.Next(5);
            rings = shadow > 2 ? rings : [.. rings.Select((r, i) => r with { Shadow = shadow < 2 || i == 0 })];
            var caps = _chance.Next(2) == 0 ? new ByteCaps(Bytes * _chance.Next(1, 3), Bytes * _chance.Next(1, 4)) : null;
            var windows = Windows[_chance.Next(Windows.Length)];
            return new RolloutRequest(version, null, rings, shadow > 2 ? null : [new Guard(GuardKind.ShadowAgreement, 0.9, InRow: 1)], Windows: windows.Length > 0 ? windows : null, Caps: caps);
        }

        // everybody comes back in the end; a person answers when asked
        private void Disturb(int turn)
        {
            _world.Offline.Clear();
            if (turn < 1000)
            {
                _world.Offline.UnionWith(_world.Devices.Where((_, i) => new Random((_seed * 31) + (turn / 12) + (i * 7)).Next(4) == 0).Select(d => d.Id));
            }

            foreach (var asked in _world.Rollouts.Where(r => r.State == RolloutState.Paused))
            {
                asked.State = RolloutState.Running;
                asked.Accepted = [.. asked.Accepted, .. asked.Asked];
            }

            if (turn == 40 && HasSecond)
            {
                _second = _world.Begin(Request(VersionId.Parse("shelf@3"), "site=site-0"), Bytes);
            }

            if (turn is 50 or 60 && _second?.State == RolloutState.Running)
            {
                _world.Devices[turn == 50 ? 0 : ^1].Site = "site-0";
            }
        }

        private void Judge(RolloutRow rollout, RolloutStep step)
        {
            if (step is not RolloutStep.OpenRing { Ring: > 0 and var ring })
            {
                return;
            }

            foreach (var before in Enumerable.Range(0, ring))
            {
                var rows = rollout.Devices.Where(d => d.Ring == before).ToList();
                var isAccepted = rollout.Accepted.Contains($"ring/{before}");
                Assert.True(rows.Exists(r => r.CommittedAt is not null) || isAccepted || (before > 0 && rows.Count == 0), $"seed {_seed} opens ring {ring} without evidence of ring {before}:\n{RolloutWorld.LogOf(rollout)}");
            }
        }

        private void Begins(DeviceRow device, CameraId camera, VersionId version)
        {
            if (_world.Rollouts.Find(r => r.Version == version) is not { } rollout)
            {
                return;
            }

            var traffic = rollout.Traffic([], _world.Now);
            Assert.True(traffic.IsOpen(device.Labels["time-zone"]), $"seed {_seed}: {device.Id} begins {version} outside its window at {_world.Now:u}.");
            if (device.Cameras.Find(c => c.Id == camera)!.Version == version)
            {
                var row = rollout.Devices.First(d => d.Device == device.Id && d.Cameras.Contains(camera));
                Assert.True(row.AgreedAt is not null || !rollout.Rings[row.Ring].Shadow, $"seed {_seed}: {device.Id}/{camera} is told {version} before its shadow agreed:\n{RolloutWorld.LogOf(rollout)}");
            }

            var newest = _newest.GetValueOrDefault((device.Id, camera));
            Assert.True(rollout.BeganAt >= newest || _second?.State == RolloutState.RolledBack, $"seed {_seed}: {device.Id}/{camera} goes from the newer rollout to the older.");
            _newest[(device.Id, camera)] = rollout.BeganAt!.Value;
        }

        private void CheckCaps()
        {
            foreach (var caps in _world.Rollouts.Where(IsOpen).Select(r => r.Caps).OfType<ByteCaps>())
            {
                var hour = _world.Rollouts.Where(r => r.Caps == caps).SelectMany(r => r.Devices).Where(d => d.SentAt > _world.Now - Traffic.Hour).ToList();
                var bySite = hour.GroupBy(d => _world.Devices.Single(w => w.Id == d.Device).Site);
                Assert.True(hour.Sum(d => d.SentBytes) <= caps.PerHour, $"seed {_seed} sends more than {caps.PerHour} an hour.");
                Assert.True(bySite.All(s => s.Sum(d => d.SentBytes) <= caps.PerSiteHour), $"seed {_seed} sends more than {caps.PerSiteHour} an hour to a site.");
            }
        }

        private void LeavesNobodyBehind(RolloutRow rollout)
        {
            var newer = _world.Rollouts.Where(r => r.BeganAt > rollout.BeganAt).ToList();
            var taken = RolloutClaims.Of(newer, _world.Devices);
            var refused = rollout.Devices.Where(d => d.Refusal is not null).Select(d => (d.Device, d.Ring)).ToHashSet();
            foreach (var member in RingMembers.Of(rollout, _world.Devices, taken).Where(m => !refused.Contains((m.Device, m.Ring))))
            {
                var device = _world.Devices.Single(d => d.Id == member.Device);
                Assert.True(device.Cameras.Where(c => member.Cameras.Contains(c.Id)).All(c => c.Version == rollout.Version), $"seed {_seed} leaves {device.Id} behind:\n{RolloutWorld.LogOf(rollout)}");
            }
        }
    }
}
