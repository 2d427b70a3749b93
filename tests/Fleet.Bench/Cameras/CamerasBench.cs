using System.Globalization;
using Fleet.Bench.Edge;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Testing.Rtsp;

namespace Fleet.Bench.Cameras;

/// <summary>1, 2, 4 and 8 network cameras at 5 and 15 frames a second on one agent: how many of the frames are completed, and how late.</summary>
internal static class CamerasBench
{
    private const double MustComplete = 0.85;
    private const double AimComplete = 0.95;
    private const double MustBeLate = 3;
    private const double AimBeLate = 1.5;
    private static readonly int[] Numbers = [1, 2, 4, 8];
    private static readonly double[] Rates = [5, 15];
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        var clip = await RtspClip.EncodeAsync(640, 480, RtspCodec.H264, cancellationToken);
        var servers = Enumerable.Range(0, Numbers[^1]).Select(_ => RtspServer.Start(clip)).ToList();
        try
        {
            await using var site = await EdgeSite.StartAsync(
                folder.Path, new DevicePolicy { PreviewSeconds = 0, SamplesPerHour = 0, WatchFrames = 5, Motion = MotionGating.Off }, cancellationToken);
            using var bare = new BareMachine(Path.Combine(site.Stack.Programs.Models, "warehouse.onnx"));
            var slice = options.Quick ? TimeSpan.FromSeconds(6) : TimeSpan.FromSeconds(20);
            var rows = new List<BenchRow>();
            foreach (var count in Numbers)
            {
                await SetAsync(site, servers.Take(count), count, cancellationToken);
                foreach (var rate in Rates)
                {
                    rows.AddRange(await MeasureAsync(site, bare, servers.Take(count).ToList(), rate, slice, cancellationToken));
                }
            }

            return rows;
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static async Task SetAsync(EdgeSite site, IEnumerable<RtspServer> servers, int count, CancellationToken cancellationToken)
    {
        var cameras = servers.Select((s, i) => new EdgeCamera(CameraId.Parse($"c{i + 1}"), s.Url())).ToList();
        await site.ShowAsync(cameras, cancellationToken);
        if (count == Numbers[0])
        {
            await site.RollOutAsync(cancellationToken);
        }

        await Eventually.Is(
            async () => (await site.StatusAsync(cancellationToken)).Reported is var reported && reported.Updates.Count(u => u.State == UpdateState.Committed) == count && reported.Cameras.All(c => c.State == CameraState.Running),
            Patience,
            $"{count} cameras run");
    }

    private static async Task<IReadOnlyList<BenchRow>> MeasureAsync(EdgeSite site, BareMachine bare, List<RtspServer> servers, double rate, TimeSpan slice, CancellationToken cancellationToken)
    {
        // nothing comes while the limit is measured
        SetAll(servers, s => (s.IsStalled, s.FramesPerSecond) = (true, rate));
        await Task.Delay(Settle, TimeProvider.System, cancellationToken);
        var limit = await bare.TakeAsync(slice / 4);
        SetAll(servers, s => s.IsStalled = false);
        await Task.Delay(Settle, TimeProvider.System, cancellationToken);
        var (sent, before) = (servers.Sum(s => s.Sent), await site.StatusAsync(cancellationToken));
        await Task.Delay(slice, TimeProvider.System, cancellationToken);
        var (sentAfter, after) = (servers.Sum(s => s.Sent), await site.StatusAsync(cancellationToken));
        var seconds = (after.Telemetry.At - before.Telemetry.At).TotalSeconds;
        var (came, completed) = ((sentAfter - sent) / seconds, (Completed(after) - Completed(before)) / seconds);
        var (possible, p99) = (Math.Min(came, limit.FramesPerSecond), Latency.Quantile(before, after, 0.99));
        var name = string.Create(CultureInfo.InvariantCulture, $"{servers.Count} at {rate}/s");
        Benches.Say(string.Create(CultureInfo.InvariantCulture, $"{name}: {came:0.0} frames/s come, {completed:0.0} completed; p50 {Latency.Quantile(before, after, 0.5):0.0} ms, p99 {p99:0.0} ms; bare {limit.FramesPerSecond:0} frames/s, {limit.InferenceMs:0.0} ms; processor {(after.Process.ProcessorSeconds - before.Process.ProcessorSeconds) / seconds:0.00}, garbage {(after.Process.AllocatedBytes - before.Process.AllocatedBytes) / 1024.0 / Math.Max(1, Completed(after) - Completed(before)):0.0} KiB/frame"));
        return
        [
            new(name + ", completed", completed, possible, "frames/s", completed / possible, MustComplete, AimComplete, "completed: over what the cameras sent, or what bare ONNX Runtime does on all cores where that is less"),
            new(name + ", p99 of capture to result", p99, limit.InferenceMs, "ms", p99 / limit.InferenceMs, MustBeLate, AimBeLate, "p99: over the median inference of bare ONNX Runtime with one loop a core") { AtMost = true },
        ];
    }

    private static void SetAll(List<RtspServer> servers, Action<RtspServer> set)
    {
        foreach (var server in servers)
        {
            set(server);
        }
    }

    private static long Completed(EdgeStatus status) => status.Telemetry.Cameras.Sum(c => c.Completed);
}
