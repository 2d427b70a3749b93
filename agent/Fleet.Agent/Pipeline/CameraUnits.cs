using System.Collections.Concurrent;
using Fleet.Agent.Cameras;
using Fleet.Agent.Commands;
using Fleet.Agent.Drift;
using Fleet.Agent.Link;
using Fleet.Agent.Outbox;
using Fleet.Agent.Shadow;
using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Pipeline;

/// <summary>What frames and updates of every camera share.</summary>
internal sealed record UnitParts(CameraOpener Opener, UpdateSteps Steps, SampleKeeper Samples, PreviewUpload Previews, MqttLink Mqtt, DriftWatches Drift, CameraAsides Asides);

/// <summary>Who else looks at the frames of every camera.</summary>
internal sealed record CameraAsides(CommandDesk Commands, ShadowDesk Shadows);

/// <summary>Makes a camera's parts and joins them. Counters outlive a camera that is set anew: they only rise.</summary>
internal sealed class CameraUnits(UnitParts parts, StateStore store, DeviceId device, IOptions<AgentOptions> options, TimeProvider time, ILoggerFactory logs)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<CameraId, FrameCounters> _counters = new();
    private readonly ConcurrentDictionary<CameraId, CameraScene> _scenes = new();
    private readonly DeviceLoad _load = new(time);

    /// <summary>Raised when a camera's state changed.</summary>
    public event Action? Changed;

    public IEnumerable<CameraCounters> Counters => _counters.Values.SelectMany(c => c.Read());

    public IEnumerable<SourceCounters> Sources => _counters.Values.Select(c => c.Source.Read());

    public IEnumerable<ZoneCounters> Zones => _scenes.SelectMany(s => s.Value.Watch.ReadZones(s.Key));

    public IEnumerable<LineCounters> Lines => _scenes.SelectMany(s => s.Value.Watch.ReadLines(s.Key));

    /// <summary>When a version completed its first frame on any camera; null before that.</summary>
    public DateTimeOffset? FirstFrameAt => _load.FirstDoneAt;

    /// <summary>A camera is not wanted any more.</summary>
    public void Forget(CameraId camera)
    {
        if (_scenes.TryGetValue(camera, out var scene))
        {
            scene.Clear();
        }
    }

    public CameraUnit Make(DesiredCamera camera)
    {
        var (log, counters, pool) = (logs.CreateLogger<CameraUnit>(), _counters.GetOrAdd(camera.Id, id => new FrameCounters(id, time)), new FramePool());
        var outlets = new FrameOutlets(parts.Mqtt.Send, parts.Previews.Offer, () => store.Current.Desired?.Policy ?? new DevicePolicy(), parts.Asides.Commands.Of(camera.Id), parts.Asides.Shadows.Of(camera.Id));
        var scene = _scenes.GetOrAdd(camera.Id, id => new CameraScene(device, _load, parts.Drift.Of(id), time));
        var sinks = new FrameSinks(camera, outlets, parts.Samples.Of(camera.Id), scene, time);
        var pipeline = new CameraPipeline(camera.Id, counters, pool, sinks, time, log);
        var feed = new CameraFeed(camera, parts.Opener, pool, options, time, log);
        feed.Changed += () => Changed?.Invoke();
        pipeline.Progressed += _load.Done;
        var handover = new FrameHandover(pool, _ => Drop(counters, pipeline));
        var reconciler = new CameraReconciler(pipeline, store, parts.Steps, time, log);
        return new CameraUnit(camera, feed, pipeline, handover, reconciler, unit => new Loop($"The update of {camera.Id}", unit.Wake, () => Look, token => ScopedAsync(log, pipeline, () => reconciler.RunOnceAsync(token)), time, log))
        {
            ScopedAsync = runAsync => ScopedAsync(log, pipeline, runAsync),
        };
    }

    private static async Task ScopedAsync(ILogger log, CameraPipeline pipeline, Func<Task> runAsync)
    {
        using var scope = log.BeginScope(new CameraScope(pipeline.Camera, () => pipeline.Engine?.Version.Version));
        await runAsync();
    }

    private void Drop(FrameCounters counters, CameraPipeline pipeline)
    {
        counters.Skipped(pipeline.Engine?.Version.Version, SkipReason.NewerFrame);
        _load.Dropped();
    }
}
