using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Hosting;

namespace Fleet.Agent.Pipeline;

/// <summary>One camera with all that runs for it: feed, pipeline, reconciler.</summary>
internal sealed class CameraUnit(DesiredCamera camera, CameraFeed feed, CameraPipeline pipeline, FrameHandover handover, CameraReconciler reconciler, Func<CameraUnit, Loop> drive) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Loop? _loop;

    public DesiredCamera Camera { get; private set; } = camera;

    public CameraPipeline Pipeline => pipeline;

    public CameraReconciler Reconciler => reconciler;

    public FeedState Feed => feed.State;

    /// <summary>How often the camera's rate is to be halved now, because the computer is under pressure.</summary>
    public int ShedLevel { get; set; }

    /// <summary>Runs something so that its log lines carry camera and version.</summary>
    public required Func<Func<Task>, Task> ScopedAsync { get; init; }

    public Signal Wake { get; } = new();

    /// <summary>Takes on what may change while the camera runs.</summary>
    public void Apply(DesiredCamera camera)
    {
        Camera = camera;
        pipeline.Apply(camera);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        pipeline.Progressed += Progress;
        _running = Task.WhenAll(
            Task.Run(() => ScopedAsync(() => feed.RunAsync(Outlet(), _stop.Token)), cancellationToken),
            Task.Run(() => ScopedAsync(() => pipeline.RunAsync(handover, _stop.Token)), cancellationToken));
        _loop = drive(this);
        await _loop.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loop is not null)
        {
            await ((IHostedService)_loop).StopAsync(CancellationToken.None);
            _loop.Dispose();
        }

        await Task.WhenAny(_running);
        handover.Drain(_ => Skipped(SkipReason.Stopped, count: 1));
        reconciler.Dispose();
        pipeline.Dispose();
        _stop.Dispose();
    }

    private void Progress()
    {
        if (reconciler.IsWaiting)
        {
            Wake.Set();
        }
    }

    private FeedOutlet Outlet() => new(handover, pipeline.Counters.Source, Skipped, () => ShedLevel);

    private void Skipped(string reason, long count) => pipeline.Counters.Skipped(pipeline.Engine?.Version.Version, reason, count);
}
