using System.Globalization;
using Fleet.Bench.Edge;
using Fleet.Bench.Soak;
using Fleet.Bench.Vision;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Testing;

namespace Fleet.Bench.Swap;

/// <summary>Two versions take over from each other, and some go back, on a camera that gives frames faster than they can be looked at: what does a switch cost? Real control plane, real agent.</summary>
internal static class SwapBench
{
    private const double Must = 2;
    private const double Aim = 1;
    private const int QuickSwitches = 6;
    private const int UsualSwitches = 20;
    private static readonly CameraId Camera = CameraId.Parse("busy");
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan RestWithin = TimeSpan.FromSeconds(15);
    private static readonly DevicePolicy Policy = new() { PreviewSeconds = 0, SamplesPerHour = 0, WatchFrames = 40, WatchSlowdown = 100, Motion = MotionGating.Off };
    private static readonly DevicePolicy NeverContent = Policy with { WatchFrames = 1_000_000, WatchSeconds = 1 };

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        var video = options.Video ?? await TestVideo.MakeAsync(folder.At("clip.mp4"), "640x480", rate: 25, seconds: 10, cancellationToken);
        await using var site = await EdgeSite.StartAsync(folder.Path, Policy, cancellationToken);
        VersionId[] versions = [await ReleaseAsync(site, folder, "one", cancellationToken), await ReleaseAsync(site, folder, "two", cancellationToken)];
        await site.ShowAsync([new EdgeCamera(Camera, video, Fps: 1000)], cancellationToken);
        var round = new SwapRound(site, Camera);
        await round.TakeAsync(versions[0], UpdateState.Committed, cancellationToken);
        using var bare = Bare(Path.Combine(site.Stack.Programs.Models, "warehouse.onnx"));
        var (count, next) = (options.Quick ? QuickSwitches : UsualSwitches, 1);
        var before = await site.StatusAsync(cancellationToken);
        List<SwapFigures> switches = [], returns = [];
        for (var i = 0; i < count; i++, next = 1 - next)
        {
            switches.Add(await MeasureAsync(round, versions[next], UpdateState.Committed, bare, cancellationToken));
        }

        await round.SetPolicyAsync(NeverContent, cancellationToken);
        for (var i = 0; i < count / 2; i++)
        {
            returns.Add(await MeasureAsync(round, versions[next], UpdateState.RolledBack, bare, cancellationToken));
        }

        var after = await site.StatusAsync(cancellationToken);
        await AtRestAsync(site, cancellationToken);
        return Judge(switches, returns, before, after);
    }

    private static List<BenchRow> Judge(List<SwapFigures> switches, List<SwapFigures> returns, EdgeStatus before, EdgeStatus after)
    {
        var lost = Lost(after) - Lost(before) + switches.Concat(returns).Sum(s => s.FramesLost);
        var gapMs = (after.Telemetry.At - before.Telemetry.At).TotalMilliseconds / (after.Completed(Camera) - before.Completed(Camera));
        var name = string.Create(CultureInfo.InvariantCulture, $"frames lost in {switches.Count + (2 * returns.Count)} switches");
        BenchRow Row(string metric, List<SwapFigures> of, Func<SwapFigures, double> ms) =>
            new(metric, Numbers.Median(of.Select(ms)), Numbers.Median(of.Select(s => s.InferenceMs)), "ms", Numbers.Median(of.Select(s => ms(s) / s.InferenceMs)));
        return
        [
            new(name, lost, Peer: null, "frames", lost, Must: 0, Aim: 0, string.Create(CultureInfo.InvariantCulture, $"frames lost: of {after.Completed(Camera) - before.Completed(Camera)} that the camera gave from the first to the last switch, those that no version completed")) { AtMost = true },
            Row("promote to first frame", switches, s => s.ToFirstFrameMs) with { Must = Must, Aim = Aim, AtMost = true, Note = "peer: one inference of bare ONNX Runtime, one thread, taken after each switch while the agent goes on" },
            new("pause at a switch", Numbers.Median(switches.Select(s => s.PauseMs)), gapMs, "ms", Numbers.Median(switches.Select(s => s.PauseMs)) / gapMs, Note: "pause: from the last frame of the old version to the first of the new; the peer is the mean gap between two frames of the whole run"),
            new("longest pause at a switch", switches.Max(s => s.PauseMs), gapMs, "ms", switches.Max(s => s.PauseMs) / gapMs),
            Row("roll back, verdict to first frame of the version before", returns, s => s.ReturnedMs ?? double.NaN) with { Note = "roll back: the verdict is stored on disk before the other slot serves, and the candidate serves until then" },
        ];
    }

    private static async Task<SwapFigures> MeasureAsync(SwapRound round, VersionId version, UpdateState end, BareLoop bare, CancellationToken cancellationToken)
    {
        var update = await round.TakeAsync(version, end, cancellationToken);
        var figures = new SwapFigures(update.PromoteToFirstFrameMs!.Value, update.PauseMs!.Value, update.ReturnedMs, update.FramesLost, 1000 / new Lane(bare.Run).Take(Slice).FramesPerSecond);
        Benches.Say(string.Create(CultureInfo.InvariantCulture, $"swap: {version} {end}: first frame after {figures.ToFirstFrameMs:0.0} ms, pause {figures.PauseMs:0.0} ms{(figures.ReturnedMs is { } back ? FormattableString.Invariant($", back after {back:0.0} ms") : "")}; one inference {figures.InferenceMs:0.0} ms"));
        return figures;
    }

    /// <summary>The shipped network under another digest.</summary>
    private static async Task<VersionId> ReleaseAsync(EdgeSite site, TempFolder folder, string name, CancellationToken cancellationToken)
    {
        var model = OnnxFile.Read(Path.Combine(site.Stack.Programs.Models, "warehouse.onnx"));
        OnnxMetadata.Set(model, "bench", name);
        var path = folder.At($"{name}.onnx");
        await File.WriteAllBytesAsync(path, OnnxFile.Write(model), cancellationToken);
        return await site.ReleaseAsync(path, cancellationToken);
    }

    private static BareLoop Bare(string model)
    {
        var loop = new BareLoop(model, VisionBench.CardOf(model).Input, Frames.Synthetic()[0]);
        new Lane(loop.Run).Take(Slice);
        return loop;
    }

    private static long Lost(EdgeStatus status) => status.Of(Camera).Sum(c => c.Failed + c.Skipped.Values.Sum());

    /// <summary>Once the camera is gone, every frame that it gave has one fate.</summary>
    private static async Task AtRestAsync(EdgeSite site, CancellationToken cancellationToken)
    {
        await site.ShowAsync([], cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                Vitals.Check(Camera, await site.StatusAsync(cancellationToken), underWay: 0);
                return;
            }
            catch (BenchFailedException) when (TimeProvider.System.GetElapsedTime(started) < RestWithin)
            {
                await Task.Delay(Slice, TimeProvider.System, cancellationToken);
            }
        }
    }
}
