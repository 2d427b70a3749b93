using System.Globalization;
using Fleet.Cli.Processes;
using Fleet.Testing;

namespace Fleet.Bench.Twin;

/// <summary>Labelled frames of 640 x 480 that a core renders in a second: the twin as a user runs it (picture through the sensor, JPEG, labels on the disk), over Blender on the same worlds.</summary>
internal static class TwinBench
{
    private const double Limit = 40;
    private const double LimitAim = 5;
    private const double BlenderMust = 50;
    private const double BlenderAim = 500;

    /// <summary>Start, and textures painted for the first time: taken off.</summary>
    private const int Leading = 10;

    private static readonly string[] Worlds = ["warehouse", "shelf"];

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        var (peer, missing) = await BlenderPeer.FindAsync(cancellationToken);
        var rows = new List<BenchRow>();
        // three minutes are enough for one world
        foreach (var world in options.Quick ? Worlds[..1] : Worlds)
        {
            var scene = folder.At(world + "-vga.yaml");
            await File.WriteAllTextAsync(scene, $"extends: {world}\ncamera: {{ width: 640, height: 480 }}\n", cancellationToken);
            rows.AddRange(await MeasureAsync((world, scene, folder), peer, missing, options.Quick, cancellationToken));
        }

        return rows;
    }

    private static async Task<IReadOnlyList<BenchRow>> MeasureAsync(
        (string Name, string Scene, TempFolder Folder) world, BlenderPeer? peer, string missing, bool quick, CancellationToken cancellationToken)
    {
        var (rounds, frames, theirs) = quick ? (3, 40, 1) : (5, 200, 3);
        Benches.Say($"twin: {world.Name}, {rounds} rounds of {frames} frames, one renderer{(peer is null ? "" : $", Blender {theirs} in each")}");
        var round = 0;
        async Task<double> BlenderAsync()
        {
            // another world in each round, the same ones that ours begins with
            var glb = world.Folder.At($"{world.Name}-{round}.glb");
            await TwinAsync(["export", world.Scene, "--frame", round++.ToString(CultureInfo.InvariantCulture), "--out", glb], cancellationToken);
            return await BlenderPeer.TakeAsync(glb, theirs, cancellationToken);
        }

        var taken = await Rounds.TakeAsync(rounds, () => OursAsync(world, frames, cancellationToken), peer is null ? null : BlenderAsync, cancellationToken);
        var ours = Numbers.Median(taken.Ours);
        return
        [
            new($"{world.Name}: labelled frames", ours, Limit, "frames/s a core", ours / Limit, HasGpu() ? 1 : null, LimitAim, "the peer is the limit, which counts where there is a GPU; one renderer, picture and labels written to the disk"),
            taken.Row($"{world.Name}: over Blender", "frames/s a core", v => v) with { Must = BlenderMust, Aim = BlenderAim, Note = peer?.Note ?? missing },
        ];
    }

    /// <returns>Labelled frames a second of one core: a long run less a short one.</returns>
    private static async Task<double> OursAsync((string Name, string Scene, TempFolder Folder) world, int frames, CancellationToken cancellationToken)
    {
        var output = world.Folder.At("frames");
        Task<double> RenderAsync(int count) => TwinAsync(["render", world.Scene, "--renderers", "1", "--count", count.ToString(CultureInfo.InvariantCulture), "--out", output], cancellationToken);
        var start = await RenderAsync(Leading);
        return frames / (await RenderAsync(Leading + frames) - start);
    }

    /// <returns>Processor seconds of the child, all its threads together: the renderer's own included.</returns>
    private static async Task<double> TwinAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        const string Mark = "processor-seconds ";
        var (code, output) = await BlenderPeer.RunAsync(
            "bash", ["-c", $"TIMEFORMAT='{Mark}%U %S'; time \"$@\"", "bash", Programs.Find().Twin, .. words], cancellationToken);
        if (code != 0 || output.Split('\n').FirstOrDefault(l => l.StartsWith(Mark, StringComparison.Ordinal)) is not { } line)
        {
            throw new BenchFailedException($"The twin failed: {output.Trim()}");
        }

        return line[Mark.Length..].Split(' ').Sum(s => double.Parse(s, CultureInfo.InvariantCulture));
    }

    private static bool HasGpu() => File.Exists("/dev/nvidia0") || (Directory.Exists("/dev/dri") && Directory.EnumerateFiles("/dev/dri", "renderD*").Any());
}
