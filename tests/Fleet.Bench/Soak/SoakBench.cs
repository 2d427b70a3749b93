using System.Diagnostics;
using System.Globalization;
using Fleet.Bench.Edge;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Testing.Rtsp;

namespace Fleet.Bench.Soak;

/// <summary>Four cameras (a file, two network streams, a twin) fail and come back for minutes or hours: does the agent's memory stay flat, do its handles, do its counters add up?</summary>
internal static class SoakBench
{
    private const double QuickMinutes = 1.25;
    private const double UsualMinutes = 5;
    private const double Flat = 1.05;

    /// <summary>In a few minutes the runtime and the decoders have not found their size yet: what grows beyond this is a leak even so.</summary>
    private const double FlatWhileWarm = 1.1;
    private static readonly TimeSpan Warm = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RestWithin = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        var duration = TimeSpan.FromMinutes(options.Minutes ?? (options.Quick ? QuickMinutes : UsualMinutes));
        var clips = (Small: await RtspClip.EncodeAsync(320, 240, RtspCodec.H264, cancellationToken), Large: await RtspClip.EncodeAsync(640, 480, RtspCodec.H264, cancellationToken));
        await using var tcp = RtspServer.Start(clips.Small);
        await using var udp = RtspServer.Start(clips.Small);
        (tcp.FramesPerSecond, tcp.Login) = (12.5, new RtspLogin("admin", "soak:pw"));
        udp.FramesPerSecond = 10;
        var video = await TestVideo.MakeAsync(folder.At("loop.mp4"), "320x240", rate: 12.5, seconds: 4, cancellationToken);
        await using var site = await EdgeSite.StartAsync(folder.Path, new DevicePolicy { TelemetrySeconds = 2, PreviewSeconds = 5, WatchFrames = 10, SamplesPerHour = 60 }, cancellationToken);
        EdgeCamera[] cameras =
        [
            new(CameraId.Parse("file"), video),
            new(CameraId.Parse("tcp"), tcp.Url("admin:soak%3Apw", "#stall=5")),
            new(CameraId.Parse("udp"), udp.Url(options: "#transport=udp&stall=5")),
            new(CameraId.Parse("twin"), $"twin:{site.Stack.Programs.Scene("warehouse-field")}?seed=7&fps=2"),
        ];
        await site.ShowAsync(cameras, cancellationToken);
        await site.RollOutAsync(cancellationToken);
        Benches.Say(string.Create(CultureInfo.InvariantCulture, $"soak: {cameras.Length} cameras, {duration.TotalMinutes:0.##} minutes of faults"));
        var mischief = new Mischief([tcp, udp], clips, video, async token => (await site.StatusAsync(token)).Process.Id);
        var vitals = await WatchAsync(site, mischief.RunAsync(duration, cancellationToken), cancellationToken);
        Benches.Say("faults: " + string.Join(", ", mischief.Done.Select(d => $"{d.Key} {d.Value}")));
        return await JudgeAsync(site, vitals, cameras, cancellationToken);
    }

    private static async Task<Vitals> WatchAsync(EdgeSite site, Task mischief, CancellationToken cancellationToken)
    {
        var (vitals, started, said) = (new Vitals(), Stopwatch.GetTimestamp(), TimeSpan.Zero);
        while (!mischief.IsCompleted)
        {
            var (at, status) = (Stopwatch.GetElapsedTime(started), await site.StatusAsync(cancellationToken));
            vitals.Add(at, status);
            if (at - said > TimeSpan.FromMinutes(1))
            {
                said = at;
                Benches.Say(string.Create(CultureInfo.InvariantCulture, $"{at.TotalMinutes:0} min: {status.Process.ResidentBytes / 1048576.0:0.0} MiB (.NET {status.Process.ManagedBytes / 1048576.0:0.0}), {status.Process.Handles} handles, {status.Process.Threads} threads, {string.Join(", ", status.Reported.Cameras.Select(c => $"{c.Id} {c.State} {status.Completed(c.Id)}"))}"));
            }

            await Task.WhenAny(mischief, Task.Delay(Look, TimeProvider.System, cancellationToken));
        }

        await mischief;
        return vitals;
    }

    /// <summary>Cameras that are gone from the report may still be ending: their counters must come to agree, and soon.</summary>
    private static async Task<EdgeStatus> AtRestAsync(EdgeSite site, EdgeCamera[] cameras, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var rest = await site.StatusAsync(cancellationToken);
            try
            {
                foreach (var camera in cameras)
                {
                    Vitals.Check(camera.Id, rest, underWay: 0);
                }

                return rest;
            }
            catch (BenchFailedException) when (TimeProvider.System.GetElapsedTime(started) < RestWithin)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task<IReadOnlyList<BenchRow>> JudgeAsync(EdgeSite site, Vitals vitals, EdgeCamera[] cameras, CancellationToken cancellationToken)
    {
        // every camera comes back, and completes frames again
        var after = await site.StatusAsync(cancellationToken);
        var calm = after;
        await Eventually.Is(
            async () =>
            {
                calm = await site.StatusAsync(cancellationToken);
                return Array.TrueForAll(cameras, c => calm.Completed(c.Id) > after.Completed(c.Id)) && calm.Reported.Cameras.All(c => c.State == CameraState.Running);
            },
            Patience,
            "every camera is back");
        await site.ShowAsync([], cancellationToken);
        var rest = await AtRestAsync(site, cameras, cancellationToken);

        var sources = rest.Telemetry.Sources ?? [];
        var quiet = sources.FirstOrDefault(s => s.Failures == 0);
        if (quiet is not null)
        {
            throw new BenchFailedException($"The camera {quiet.Camera} never failed: the soak shows nothing about it. Let it run longer.");
        }

        var first = vitals.Samples[0].Status;
        var flat = vitals.Samples[^1].At - vitals.Samples[0].At >= Warm ? Flat : FlatWhileWarm;
        var (early, late) = (vitals.Floor(0.25, 0.5, s => s.Process.ResidentBytes), vitals.Floor(0.75, 1, s => s.Process.ResidentBytes));
        var (open, opened) = (vitals.Floor(0.25, 0.5, s => s.Process.Handles), Math.Max(calm.Process.Handles, vitals.Floor(0.75, 1, s => s.Process.Handles)));
        const string Note = "ours: the last quarter of the run; peer: its second quarter; of each the lower quartile. Counters of every camera added up at each look and at rest.";
        return
        [
            new("memory at the end", late / 1048576, early / 1048576, "MiB", late / early, flat, Aim: 1, Note) { AtMost = true },
            new("open handles at the end", opened, open, "", opened / open, flat, Aim: 1) { AtMost = true },
            new("frames received", rest.Telemetry.Cameras.Sum(c => c.Received), Peer: null, "", Ratio: null),
            new("frames completed", rest.Telemetry.Cameras.Sum(c => c.Completed), Peer: null, "", Ratio: null),
            new("garbage", (calm.Process.AllocatedBytes - first.Process.AllocatedBytes) / (double)(Frames(calm) - Frames(first)), Peer: null, "bytes/frame", Ratio: null),
            new("frames failed", rest.Telemetry.Cameras.Sum(c => c.Failed), Peer: null, "", Ratio: null),
            new("camera failures", sources.Sum(s => s.Failures), Peer: null, "", Ratio: null),
        ];
    }

    private static long Frames(EdgeStatus status) => status.Telemetry.Cameras.Sum(c => c.Received);
}
