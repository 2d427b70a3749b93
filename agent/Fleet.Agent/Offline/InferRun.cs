using System.Diagnostics;
using System.Threading.Channels;
using Fleet.Agent.Cameras;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Vision;

namespace Fleet.Agent.Offline;

/// <summary>A frame and how long its camera took for it.</summary>
internal readonly record struct DecodedFrame(Frame Frame, double DecodeMs);

/// <summary>What a run makes of each frame.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Found">What reaches the card's threshold.</param>
/// <param name="Doubtful">What does not.</param>
internal readonly record struct InferredFrame(Frame Frame, IReadOnlyList<Detection> Found, IReadOnlyList<Detection> Doubtful);

/// <summary>Reads a camera to its end, every frame of a file and the newest of a live one, and runs the network on them. Decoding goes on beside the network.</summary>
internal sealed class InferRun(ICamera camera, Detector detector, long maxFrames)
{
    private const int Waiting = 4;
    private readonly FramePool _pool = new();
    private readonly StageTimes _decode = new();
    private readonly StageTimes _whole = new();
    private readonly StageTimes _preprocess = new();
    private readonly StageTimes _inference = new();
    private readonly StageTimes _postprocess = new();

    /// <summary>Runs to the camera's end, to the last frame that was wanted, or until cancelled.</summary>
    /// <param name="seen">Told of every frame, one after the other.</param>
    /// <param name="threads">For the report.</param>
    /// <param name="cancellationToken">Ends the run; what was done counts.</param>
    public async Task<InferTiming> RunAsync(Action<InferredFrame> seen, int threads, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = Channel.CreateBounded<DecodedFrame>(
            new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true, FullMode = camera.IsLive ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait },
            dropped => _pool.Return(dropped.Frame));
        var started = Stopwatch.GetTimestamp();
        var reading = ReadAsync(waiting.Writer, stop.Token);
        long frames = 0;
        await foreach (var decoded in waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            Look(decoded, seen);
            if (++frames == maxFrames)
            {
                break;
            }
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await reading;
        return new(
            frames, Math.Round(seconds, 3), Math.Round(frames / Math.Max(seconds, 1e-9), 2), detector.Provider, threads,
            _decode.Summary(), _whole.Summary(), _preprocess.Summary(), _inference.Summary(), _postprocess.Summary());
    }

    private void Look(DecodedFrame decoded, Action<InferredFrame> seen)
    {
        var started = Stopwatch.GetTimestamp();
        var found = detector.Detect(decoded.Frame);
        _whole.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        _decode.Add(decoded.DecodeMs);
        _preprocess.Add(detector.PreprocessMs);
        _inference.Add(detector.InferenceMs);
        _postprocess.Add(detector.DecodeMs);
        seen(new(decoded.Frame, found, detector.Doubtful));
        _pool.Return(decoded.Frame);
    }

    // a failure of the camera ends the frames, and is thrown when what came before it was seen
    private async Task ReadAsync(ChannelWriter<DecodedFrame> into, CancellationToken cancellationToken)
    {
        try
        {
            for (long read = 0; camera.IsLive || read < maxFrames; read++)
            {
                var frame = _pool.Rent(1, 1, 3);
                var started = Stopwatch.GetTimestamp();
                if (!await camera.ReadAsync(frame, cancellationToken))
                {
                    return;
                }

                await into.WriteAsync(new(frame, Stopwatch.GetElapsedTime(started).TotalMilliseconds), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the last frame that was wanted is there, or the user had enough
        }
        finally
        {
            into.Complete();
        }
    }
}
