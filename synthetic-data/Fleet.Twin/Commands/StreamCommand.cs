using System.Runtime.InteropServices;
using Fleet.Twin.Scenes;
using Fleet.Vision;

namespace Fleet.Twin.Commands;

/// <summary><c>stream</c>: endless raw frames on standard output, paced like a camera.</summary>
internal static class StreamCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> words, Stream output, TimeProvider time)
    {
        var arguments = new Arguments("stream", words, ["--seed", "--fps", "--start"], []);
        var scene = Scene.Load(arguments.Scene);
        var seed = arguments.Whole("--seed", 1, 0);
        var start = arguments.Whole("--start", 0, 0);
        var period = TimeSpan.FromSeconds(1 / arguments.Number("--fps", 3, 0.01, 1000));
        using var ended = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, ended));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, ended));
        using var twin = new TwinRenderer(scene, seed);
        try
        {
            await PumpAsync(twin, start, period, output, time, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // asked to end
        }
        catch (IOException)
        {
            // whoever read the pipe has gone, which is how a camera is switched off
        }

        return 0;
    }

    /// <summary>Every frame in order; a slow reader slows the stream, and a late frame is followed at once by none to catch up.</summary>
    private static async Task PumpAsync(TwinRenderer twin, long start, TimeSpan period, Stream output, TimeProvider time, CancellationToken cancellationToken)
    {
        var camera = twin.Scene.Camera;
        var writer = await RawFrameWriter.StartAsync(output, camera.Width, camera.Height, 3, cancellationToken);
        var frame = new Frame(camera.Width, camera.Height, 3);
        var began = time.GetTimestamp();
        var due = TimeSpan.Zero;
        for (var index = start; ; index++)
        {
            var rendered = twin.Render(index);
            rendered.Bgr.CopyTo(frame.Pixels, 0);
            frame.Index = index;
            var early = due - time.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, time, cancellationToken);
            }

            await writer.WriteAsync(frame, cancellationToken);
            var now = time.GetElapsedTime(began);
            due = due + period > now ? due + period : now;
        }
    }

    private static void End(PosixSignalContext context, CancellationTokenSource ended)
    {
        context.Cancel = true;
        ended.Cancel();
    }
}
