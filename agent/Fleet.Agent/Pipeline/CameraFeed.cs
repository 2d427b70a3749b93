using Fleet.Agent.Cameras;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Pipeline;

/// <summary>What a camera does, with one sentence where something is wrong.</summary>
internal sealed record FeedState(CameraState State, ProblemKind? Problem = null, string? Detail = null);

/// <summary>Where a camera's frames go.</summary>
/// <param name="Handover">To the detector.</param>
/// <param name="Tally">Counts what comes.</param>
/// <param name="Skipped">Told of frames that go nowhere: why, and how many.</param>
/// <param name="ShedLevel">How often the camera's rate is to be halved now.</param>
internal sealed record FeedOutlet(FrameHandover Handover, SourceTally Tally, Action<string, long> Skipped, Func<int> ShedLevel);

/// <summary>Keeps one camera open and its frames coming.</summary>
internal sealed partial class CameraFeed(DesiredCamera camera, CameraOpener opener, FramePool pool, IOptions<AgentOptions> options, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    /// <summary>A camera that gave frames for so long has recovered: the next failure is its first.</summary>
    private static readonly TimeSpan Recovered = TimeSpan.FromSeconds(10);

    private readonly FrameRate _rate = new(time);
    private readonly TimeSpan _stall = CameraSource.StallOf(camera.Source, TimeSpan.FromSeconds(options.Value.StallSeconds), camera.Fps);
    private volatile FeedState _state = new(CameraState.Opening);
    private long _resumeAt;
    private long _healthySince;

    /// <summary>Raised when <see cref="State"/> changed.</summary>
    public event Action? Changed;

    public FeedState State => _state;

    /// <summary>Runs until cancelled, or until a file that is not to begin again is at its end.</summary>
    public async Task RunAsync(FeedOutlet outlet, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            _healthySince = 0;
            var failure = await ReadAllAsync(outlet, cancellationToken);
            if (failure is null && !camera.Loop)
            {
                Become(new FeedState(CameraState.Ended));
                return;
            }

            if (failure is not null)
            {
                failures = _healthySince > 0 && time.GetElapsedTime(_healthySince) > Recovered ? 1 : failures + 1;
                outlet.Tally.Failed(isStall: failure.InnerException is TimeoutException);
                Tell(failure);
                await Task.Delay(Backoff.Pause(failures, MaxPause), time, cancellationToken);
            }
        }
    }

    /// <summary>Opens the camera and reads it to its end.</summary>
    /// <returns>Why it failed, or null at its end.</returns>
    private async Task<ProblemException?> ReadAllAsync(FeedOutlet outlet, CancellationToken cancellationToken)
    {
        SourceLosses told = default;
        try
        {
            using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            await using var end = cancellationToken.Register(patience.Cancel);
            await using var open = await opener.OpenAsync(camera, _resumeAt, cancellationToken);
            try
            {
                while (await NextAsync(open, patience, isFirst: _healthySince == 0, cancellationToken) is { } frame)
                {
                    told = Count(open, frame, told, outlet);
                    await OfferAsync(open, frame, outlet, cancellationToken);
                }
            }
            finally
            {
                Lost(open.Losses.Broken - told.Broken, outlet);
            }

            return _healthySince != 0 ? null : new ProblemException(Problems.CameraFailed, $"{CameraAddress.Redact(camera.Source)} opens but holds no frame that can be decoded.");
        }
        catch (ProblemException e)
        {
            return e;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or OpenCvSharp.OpenCVException)
        {
            return new ProblemException(Problems.CameraFailed, $"{CameraAddress.Redact(camera.Source)} cannot be read: {CameraAddress.Clean(e.Message, camera.Source)}", e);
        }
    }

    /// <param name="open">The camera.</param>
    /// <param name="patience">Ends a read that takes too long; one for all reads, since there are many.</param>
    /// <param name="isFirst">A camera may take longer for its first frame.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    private async ValueTask<Frame?> NextAsync(ICamera open, CancellationTokenSource patience, bool isFirst, CancellationToken cancellationToken)
    {
        var limit = isFirst ? TimeSpan.FromSeconds(options.Value.FirstFrameSeconds) : _stall;
        var frame = pool.Rent(1, 1, 3);
        patience.CancelAfter(limit);
        try
        {
            // OpenCV's reads do not end when they are told to
            if (!await open.ReadAsync(frame, patience.Token).WaitAsync(patience.Token))
            {
                return null;
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException(Problems.CameraFailed, $"{CameraAddress.Redact(camera.Source)} gave no frame for {limit.TotalSeconds:0.#} s.", new TimeoutException(e.Message, e));
        }

        patience.CancelAfter(Timeout.InfiniteTimeSpan);
        (frame.CapturedAt, frame.CapturedTimestamp) = (time.GetUtcNow(), time.GetTimestamp());
        _resumeAt = open.IsLive ? frame.Index + 1 : 0;
        return frame;
    }

    /// <summary>Counts a frame and those that were lost since the one before.</summary>
    private SourceLosses Count(ICamera open, Frame frame, SourceLosses told, FeedOutlet outlet)
    {
        _healthySince = _healthySince == 0 ? time.GetTimestamp() : _healthySince;
        if (_state.State != CameraState.Running)
        {
            outlet.Tally.Opened();
            Opened(log, camera.Id, CameraAddress.Redact(camera.Source), frame.WidthPx, frame.HeightPx);
        }

        Become(new FeedState(CameraState.Running));
        var losses = open.Losses;
        var (rate, broken) = (losses.Rate - told.Rate, losses.Broken - told.Broken);
        if (outlet.Tally.Came(frame, rate, broken) is var (width, height))
        {
            Resized(log, camera.Id, width, height, frame.WidthPx, frame.HeightPx);
        }

        outlet.Skipped(SkipReason.Rate, rate);
        outlet.Skipped(SkipReason.Broken, broken);
        return losses;
    }

    private static void Lost(long broken, FeedOutlet outlet)
    {
        outlet.Tally.Lost(broken);
        outlet.Skipped(SkipReason.Broken, broken);
    }

    private async ValueTask OfferAsync(ICamera open, Frame frame, FeedOutlet outlet, CancellationToken cancellationToken)
    {
        if (open.IsLive)
        {
            var reason = !open.KeepsRate && camera.Fps is { } limit && !_rate.IsDue(limit) ? SkipReason.Rate
                : !_rate.Spares(outlet.ShedLevel()) ? SkipReason.Pressure : null;
            if (reason is null)
            {
                outlet.Handover.OfferNewest(frame);
                return;
            }

            outlet.Skipped(reason, 1);
            pool.Return(frame);
            return;
        }

        try
        {
            if ((camera.Fps ?? open.FramesPerSecond) is { } rate)
            {
                await _rate.WaitAsync(rate / (1 << outlet.ShedLevel()), cancellationToken);
                (frame.CapturedAt, frame.CapturedTimestamp) = (time.GetUtcNow(), time.GetTimestamp());
            }

            await outlet.Handover.OfferAsync(frame, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            outlet.Skipped(SkipReason.Stopped, 1);
            throw;
        }
    }

    private void Tell(ProblemException failure)
    {
        if (_state.Detail != failure.Message)
        {
            Failed(log, camera.Id, failure.Message);
        }

        Become(new FeedState(CameraState.Failed, failure.Kind, failure.Message));
    }

    private void Become(FeedState state)
    {
        if (state != _state)
        {
            _state = state;
            Changed?.Invoke();
        }
    }

    [LoggerMessage(1310, LogLevel.Warning, "Camera {Camera} is tried again: {Reason}")]
    private static partial void Failed(ILogger log, CameraId camera, string reason);

    [LoggerMessage(1311, LogLevel.Information, "Camera {Camera} gives frames: {Source}, {Width}x{Height}")]
    private static partial void Opened(ILogger log, CameraId camera, string source, int width, int height);

    [LoggerMessage(1312, LogLevel.Warning, "Camera {Camera} changed its frames from {WidthBefore}x{HeightBefore} to {Width}x{Height}")]
    private static partial void Resized(ILogger log, CameraId camera, int widthBefore, int heightBefore, int width, int height);
}
