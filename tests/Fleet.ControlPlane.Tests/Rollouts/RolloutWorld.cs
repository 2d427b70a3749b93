using System.Globalization;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>A fleet in memory with a clock of its own: rollouts take their turns by the production code, devices do what a script says.</summary>
internal sealed class RolloutWorld(DateTimeOffset start)
{
    public static readonly VersionId Old = VersionId.Parse("shelf@1");
    private readonly Dictionary<DeviceId, (long Generation, string Content)> _directives = [];
    private readonly Dictionary<DeviceId, Dictionary<CameraId, VersionId?>> _running = [];
    private readonly Dictionary<(DeviceId, CameraId), VersionId?> _beside = [];
    private readonly Dictionary<(DeviceId Device, CameraId, VersionId), ShadowCounters> _compared = [];

    public DateTimeOffset Now { get; private set; } = start;

    public List<DeviceRow> Devices { get; } = [];

    public List<RolloutRow> Rollouts { get; } = [];

    public HashSet<DeviceId> Offline { get; } = [];

    /// <summary>How an update ends.</summary>
    public Func<DeviceId, CameraId, VersionId, UpdateState> Answer { get; set; } = (_, _, _) => UpdateState.Committed;

    /// <summary>Objects that both versions, and that only one of them found on the hundred frames that were compared; null where the device cannot run the version.</summary>
    public Func<DeviceId, CameraId, (long Matched, long Apart)?> Sees { get; set; } = (_, _) => (100, 0);

    /// <summary>Called with each step before it counts.</summary>
    public Action<RolloutRow, RolloutStep> Watch { get; set; } = (_, _) => { };

    /// <summary>Called when a camera begins to fetch a version.</summary>
    public Action<DeviceRow, CameraId, VersionId> Begins { get; set; } = (_, _, _) => { };

    public DeviceRow Device(string id, int cameras = 1, string? site = null, string? zone = null)
    {
        var device = new DeviceRow { Id = DeviceId.Parse(id), Site = site, Version = Old, Variant = "fp32" };
        device.Labels = zone is null ? device.Labels : new Dictionary<string, string> { ["time-zone"] = zone };
        device.Cameras.AddRange(Enumerable.Range(0, cameras).Select(c => new CameraRow { Device = device.Id, Id = CameraId.Parse($"cam{c}"), Version = Old, Variant = "fp32" }));
        Devices.Add(device);
        _running[device.Id] = device.Cameras.ToDictionary(c => c.Id, _ => (VersionId?)Old);
        return device;
    }

    public RolloutRow Begin(RolloutRequest request, long bytes = 1000)
    {
        var rollout = new RolloutRow
        {
            Id = RolloutId.New(TimeProvider.System),
            Version = request.Version,
            Variant = "fp32",
            Rings = request.Rings,
            Guards = request.Guards ?? [],
            Windows = request.Windows ?? [],
            Caps = request.Caps,
            Bytes = bytes,
            BeganAt = Now,
        };
        Rollouts.Add(rollout);
        return rollout;
    }

    /// <summary>Rollouts go as far as they can, then devices do, then time passes.</summary>
    public void Turn(TimeSpan passes)
    {
        foreach (var rollout in Rollouts.Where(RolloutTurn.IsLive).ToList())
        {
            while (Take(rollout) is { GoesOn: true })
            {
            }
        }

        foreach (var device in Devices)
        {
            Direct(device);
            if (!Offline.Contains(device.Id))
            {
                Act(device);
            }
        }

        Now += passes;
    }

    public static string LogOf(RolloutRow rollout) => string.Join('\n', rollout.Log.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.At.UtcDateTime:ddd HH:mm}  {l.Text}")));

    private RolloutStep? Take(RolloutRow rollout)
    {
        var newer = Rollouts.Where(r => r.BeganAt > rollout.BeganAt && r.State != RolloutState.RolledBack).ToList();
        var sites = Devices.ToDictionary(d => d.Id, d => d.Site);
        var sent = Rollouts.SelectMany(r => r.Devices).Where(d => d.SentAt > Now - Traffic.Hour).Select(d => new Sent(d.SentAt!.Value, sites[d.Device], d.SentBytes)).ToList();
        var others = new RolloutOthers(RolloutClaims.Of(newer, Devices), sent, _directives.ToDictionary(d => d.Key, d => d.Value.Generation));
        var (step, _) = RolloutTurn.Take(rollout, Devices, Live, others, Now);
        if (step is not null)
        {
            Watch(rollout, step);
        }

        return step;
    }

    private LiveDevice Live(DeviceId device) => LiveDevice.Unheard with
    {
        Connections = Offline.Contains(device) ? 0 : 1,
        Said = Presence.Online,
        Newest = _compared.Keys.Any(k => k.Device == device) ? new Telemetry(device, Now, DateTimeOffset.UnixEpoch, [], 0, 0, 0, Shadows: [.. _compared.Where(c => c.Key.Device == device).Select(c => c.Value)]) : null,
    };

    private void Direct(DeviceRow device)
    {
        var content = string.Join(' ', device.Cameras.Select(c => $"{c.Id}:{c.Version}+{c.Beside?.Version}"));
        var before = _directives.GetValueOrDefault(device.Id);
        if (before.Content != content)
        {
            _directives[device.Id] = (before.Generation + 1, content);
        }
    }

    // one turn to see and fetch, the next to end
    private void Act(DeviceRow device)
    {
        var (generation, running) = (_directives[device.Id].Generation, _running[device.Id]);
        var reported = device.Reported ?? new Reported(device.Id, 0, 0, Now, new DeviceFacts("1", "linux", "x64", 4, 1L << 33, 1L << 36, []), [], [], []);
        device.Reported = reported;
        if (reported.SeenGeneration < generation)
        {
            foreach (var camera in device.Cameras.Where(c => c.Version is not null && running.GetValueOrDefault(c.Id) != c.Version))
            {
                Begins(device, camera.Id, camera.Version!.Value);
            }

            foreach (var camera in device.Cameras.Where(c => c.Beside?.Version != _beside.GetValueOrDefault((device.Id, c.Id))))
            {
                _beside[(device.Id, camera.Id)] = camera.Beside?.Version;
                if (camera.Beside is { } shadow)
                {
                    Begins(device, camera.Id, shadow.Version);
                }
            }

            device.Reported = reported with { SeenGeneration = generation };
        }
        else if (reported.Generation < generation)
        {
            device.Reported = reported with { Generation = generation, Updates = [.. device.Cameras.Where(c => c.Version is not null).Select(c => End(device, c, running))], Cameras = [.. running.Select(r => new ReportedCamera(r.Key, CameraState.Running, r.Value, null, null))] };
        }

        device.Reported = device.Reported! with { Shadows = [.. device.Cameras.Where(c => c.Beside is not null).Select(c => Compare(device, c))] };
    }

    private ReportedShadow Compare(DeviceRow device, CameraRow camera)
    {
        var version = camera.Beside!.Version;
        if (Sees(device.Id, camera.Id) is not var (matched, apart))
        {
            return new ReportedShadow(camera.Id, version, Runs: false, new ReportedProblem(Problems.EngineFailed.Code, "it does not load"));
        }

        var before = _compared.GetValueOrDefault((device.Id, camera.Id, version)) ?? new ShadowCounters(camera.Id, camera.Version!.Value, version, 0, 0, 0, 0, 0, 0, 0, 0);
        _compared[(device.Id, camera.Id, version)] = before with { Compared = before.Compared + 100, Matched = before.Matched + matched, OnlyChampion = before.OnlyChampion + apart };
        return new ReportedShadow(camera.Id, version, Runs: true, null);
    }

    private ReportedUpdate End(DeviceRow device, CameraRow camera, Dictionary<CameraId, VersionId?> running)
    {
        var version = camera.Version!.Value;
        var end = version == Old ? UpdateState.Committed : Answer(device.Id, camera.Id, version);
        if (end == UpdateState.Committed)
        {
            running[camera.Id] = version;
        }

        return new ReportedUpdate(camera.Id, version, end, 1, null, 1000, null, 0, end == UpdateState.Committed ? 100 : 0);
    }
}
