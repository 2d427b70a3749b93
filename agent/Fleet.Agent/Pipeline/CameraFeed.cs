using Fleet.Agent.Cameras;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Pipeline;

/// <summary>What a camera does, with one sentence where something is wrong.</summary>
internal sealed record FeedState(CameraState State, ProblemKind? Problem = null, string? Detail = null);

/// <summary>Keeps one camera open and its frames coming.</summary>
internal sealed partial class CameraFeed(DesiredCamera camera, CameraOpener opener, FramePool pool, IOptions<AgentOptions> options, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);
    private volatile FeedState _state = new(CameraState.Opening);
    private long _resumeAt;
    private long _due;

    /// <summary>Raised when <see cref="State"/> changed.</summary>
    public event Action? Changed;

    public FeedState State => _state;

    /// <summary>Runs until cancelled, or until a file that is not to begin again is at its end.</summary>
    public async Task RunAsync(FrameHandover handover, Action<string> skipped, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            var (failure, frames) = await ReadAllAsync(handover, skipped, cancellationToken);
            if (failure is null && !camera.Loop)
            {
                Become(new FeedState(CameraState.Ended));
                return;
            }

            if (failure is not null)
            {
                failures = frames > 0 ? 1 : failures + 1;
                Tell(failure);
                await Task.Delay(Backoff.Pause(failures, MaxPause), time, cancellationToken);
            }
        }
    }

    /// <summary>Opens the camera and reads it to its end.</summary>
    /// <returns>Why it failed, or null at its end; and how many frames came.</returns>
    private async Task<(ProblemException? Failure, long Frames)> ReadAllAsync(FrameHandover handover, Action<string> skipped, CancellationToken cancellationToken)
    {
        long frames = 0;
        try
        {
            await using var open = await opener.OpenAsync(camera, _resumeAt, cancellationToken);
            while (await NextAsync(open, isFirst: frames == 0, cancellationToken) is { } frame)
            {
                frames++;
                Become(new FeedState(CameraState.Running));
                await OfferAsync(open, frame, handover, skipped, cancellationToken);
            }

            return (frames > 0 ? null : new ProblemException(Problems.CameraFailed, $"{CameraSource.Shown(camera.Source)} opens but holds no frame that can be decoded."), frames);
        }
        catch (ProblemException e)
        {
            return (e, frames);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or OpenCvSharp.OpenCVException)
        {
            return (new ProblemException(Problems.CameraFailed, $"{CameraSource.Shown(camera.Source)} cannot be read: {e.Message}", e), frames);
        }
    }

    private async Task<Frame?> NextAsync(ICamera open, bool isFirst, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(isFirst ? options.Value.FirstFrameSeconds : Math.Max(options.Value.StallSeconds, 3 / (camera.Fps ?? 1)));
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var frame = pool.Rent(1, 1, 3);
        var reading = open.ReadAsync(frame, giveUp.Token);
        try
        {
            if (!await reading.WaitAsync(limit, time, cancellationToken))
            {
                return null;
            }
        }
        catch (TimeoutException)
        {
            await giveUp.CancelAsync();
            throw new ProblemException(Problems.CameraFailed, $"{CameraSource.Shown(camera.Source)} gave no frame for {limit.TotalSeconds:0} s.");
        }

        frame.CapturedAt = time.GetUtcNow();
        _resumeAt = open.IsLive ? frame.Index + 1 : 0;
        return frame;
    }

    private async ValueTask OfferAsync(ICamera open, Frame frame, FrameHandover handover, Action<string> skipped, CancellationToken cancellationToken)
    {
        if (open.IsLive)
        {
            if (camera.Fps is { } limit && !IsDue(limit))
            {
                skipped(SkipReason.Rate);
                pool.Return(frame);
                return;
            }

            handover.OfferNewest(frame);
            return;
        }

        if ((camera.Fps ?? open.FramesPerSecond) is { } rate)
        {
            await PaceAsync(rate, cancellationToken);
            frame.CapturedAt = time.GetUtcNow();
        }

        await handover.OfferAsync(frame, cancellationToken);
    }

    private bool IsDue(double fps)
    {
        var (now, interval) = (time.GetTimestamp(), (long)(time.TimestampFrequency / fps));
        if (now < _due - (interval / 10))
        {
            return false;
        }

        _due = Math.Max(_due + interval, now);
        return true;
    }

    private async ValueTask PaceAsync(double fps, CancellationToken cancellationToken)
    {
        var (now, interval) = (time.GetTimestamp(), (long)(time.TimestampFrequency / fps));
        if (_due > now)
        {
            await Task.Delay(TimeSpan.FromSeconds((_due - now) / (double)time.TimestampFrequency), time, cancellationToken);
        }

        _due = (_due < now - interval ? now : _due) + interval;
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
}
