using System.Globalization;
using Fleet.Bench.Edge;
using Fleet.Cli.Processes;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Bench.Agent;

/// <summary>The agent as it is released (Native AOT) beside the same agent on the .NET runtime: start to first inference, memory, garbage. Both start in the data folder of a device that runs the shipped model on a video.</summary>
internal static class AgentBench
{
    private const double StartMust = 4;
    private const double StartAim = 8;
    private const double MemoryMust = 1 / 0.7;
    private const double MemoryAim = 2;
    private const int QuickRounds = 5;
    private const int UsualRounds = 9;
    private static readonly CameraId Camera = CameraId.Parse("video");
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        var native = await NativeAsync(folder.At("release-logs"), cancellationToken);
        var video = options.Video ?? await TestVideo.MakeAsync(folder.At("clip.mp4"), "640x480", rate: 25, seconds: 10, cancellationToken);
        var data = await PrepareAsync(folder.Path, video, cancellationToken);
        var framework = Repository.Program("agent/Fleet.Agent", "fleet-agent");
        List<Figures> ours = [], peer = [];
        var rounds = options.Quick ? QuickRounds : UsualRounds;

        // the first start of each fills the page cache and is not counted
        for (var round = -1; round < rounds; round++)
        {
            foreach (var (program, into) in new[] { (native, ours), (framework, peer) })
            {
                var figures = await MeasureAsync(program, data, folder.At("logs"), cancellationToken);
                if (round >= 0)
                {
                    into.Add(figures);
                }
            }
        }

        return Judge(ours, peer, Path.GetDirectoryName(native)!, Path.GetDirectoryName(framework)!);
    }

    private static IReadOnlyList<BenchRow> Judge(List<Figures> ours, List<Figures> peer, string nativeFolder, string frameworkFolder)
    {
        BenchRow Row(string metric, string unit, Func<Figures, double> of) =>
            new(metric, Numbers.Median(ours.Select(of)), Numbers.Median(peer.Select(of)), unit, Numbers.Median(ours.Zip(peer, (o, p) => of(p) / of(o))));
        const string Note = "ours: Native AOT; peer: framework-dependent, same data folder. The ratio is peer / ours.";
        return
        [
            Row("start to first inference", "s", f => f.FirstFrameSeconds) with { Must = StartMust, Aim = StartAim, Note = Note },
            Row("resident memory", "MiB", f => f.ResidentMiB) with { Must = MemoryMust, Aim = MemoryAim },
            Row("garbage of the whole agent", "bytes/frame", f => f.GarbageBytes) with { Ratio = null, Note = "events, telemetry and the two looks at the status included" },
            Row("processor time of the whole agent", "ms/frame", f => f.ProcessorMs),
            new("folder of the program", SizeMiB(nativeFolder), SizeMiB(frameworkFolder), "MiB", SizeMiB(frameworkFolder) / SizeMiB(nativeFolder)),
        ];
    }

    /// <summary>A device that has committed the shipped model on one camera; its control plane is gone when it starts again.</summary>
    private static async Task<string> PrepareAsync(string folder, string video, CancellationToken cancellationToken)
    {
        Benches.Say("agent: a device gets the shipped model ...");
        var policy = new DevicePolicy { PreviewSeconds = 0, WatchFrames = 10, SamplesPerHour = 0, Motion = MotionGating.Off };
        await using var site = await EdgeSite.StartAsync(folder, policy, cancellationToken);
        await site.ShowAsync([new EdgeCamera(Camera, video, Fps: 100)], cancellationToken);
        await site.RollOutAsync(cancellationToken);
        await Eventually.Is(async () => (await site.StatusAsync(cancellationToken)).Reported.Updates is [{ State: UpdateState.Committed }], StartLimit);
        return Path.Combine(folder, EdgeSite.Device.ToString());
    }

    private static async Task<Figures> MeasureAsync(string program, string data, string logs, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(logs);
        File.Delete(Path.Combine(data, "status.sock"));
        await using var agent = ChildProcess.Start("agent", program, ["run", "--data", data], logs);

        // nobody asks while it starts: the first answer costs a runtime that compiles as it goes a good deal
        await Task.Delay(Settle, TimeProvider.System, cancellationToken);
        var before = await AskAsync(agent, data, cancellationToken);
        await Task.Delay(Window, TimeProvider.System, cancellationToken);
        var after = await AskAsync(agent, data, cancellationToken);
        var frames = after.Completed(Camera) - before.Completed(Camera);
        if (frames <= 0 || after.Process.FirstFrameSeconds is not { } first)
        {
            throw new BenchFailedException($"{program} completed no frame in {Window.TotalSeconds:0} s.");
        }

        Benches.Say(string.Create(CultureInfo.InvariantCulture, $"agent: {first:0.00} s, {after.Process.ResidentBytes / 1048576.0:0} MiB, {frames / Window.TotalSeconds:0} frames/s  {program}"));
        return new Figures(
            first,
            after.Process.ResidentBytes / 1048576.0,
            (after.Process.AllocatedBytes - before.Process.AllocatedBytes) / (double)frames,
            1000 * (after.Process.ProcessorSeconds - before.Process.ProcessorSeconds) / frames);
    }

    private static async Task<EdgeStatus> AskAsync(ChildProcess agent, string data, CancellationToken cancellationToken)
    {
        EdgeStatus? status = null;
        await Eventually.Is(
            async () =>
            {
                if (agent.HasExited)
                {
                    throw agent.Failure();
                }

                status = File.Exists(Path.Combine(data, "status.sock")) ? await EdgeStatus.AskAsync(data, cancellationToken) : null;
                return status?.Process.FirstFrameSeconds is not null;
            },
            StartLimit,
            "the agent completes a frame");
        return status!;
    }

    /// <summary>The released agent: the one that <c>FLEET_AGENT_RELEASE</c> names, or that was built before, or built now.</summary>
    private static async Task<string> NativeAsync(string logs, CancellationToken cancellationToken)
    {
        var program = Environment.GetEnvironmentVariable("FLEET_AGENT_RELEASE") ?? Path.Combine(Repository.Root, "out", "agent", "fleet-agent");
        if (!File.Exists(program))
        {
            Benches.Say("agent: compiling the agent ahead of time; this takes a minute or two ...");
            Directory.CreateDirectory(logs);
            await ChildProcess.RunAsync("release", Path.Combine(Repository.Root, "deploy", "release-agent"), [], logs, onLine: null, cancellationToken);
        }

        return File.Exists(program) ? program : throw new BenchFailedException($"There is no released agent at {program}. Build it: ./fleet release agent");
    }

    private static double SizeMiB(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) / 1048576.0;

    /// <summary>One start of one agent.</summary>
    private sealed record Figures(double FirstFrameSeconds, double ResidentMiB, double GarbageBytes, double ProcessorMs);
}
