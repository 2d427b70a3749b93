using System.Text.Json.Nodes;
using Fleet.Cli.Processes;

namespace Fleet.Bench.Labels;

/// <summary>What an arm needs to choose: everything that is not labelled yet, and the model it has.</summary>
/// <param name="Model">That was trained last.</param>
/// <param name="Cameras">Pictures of each camera.</param>
/// <param name="Boxes">That are still to be labelled in this round.</param>
/// <param name="Seed">Of chance.</param>
/// <param name="Folder">To work in.</param>
internal sealed record Choosing(string Model, IReadOnlyList<IReadOnlyList<string>> Cameras, int Boxes, long Seed, string Folder);

/// <summary>The three ways to choose: the device's own program, the most doubtful first, and chance. Each gives pictures in the order in which they are labelled.</summary>
internal static class Chooser
{
    /// <summary>So much more is asked for where what was kept has too few boxes.</summary>
    private const double More = 1.5;

    public static readonly IReadOnlyList<string> Arms = ["triggers", "random", "uncertain"];

    public static Task<IReadOnlyList<string>> ChooseAsync(string arm, Choosing choosing, CancellationToken cancellationToken) => arm switch
    {
        "triggers" => ByTriggersAsync(choosing, cancellationToken),
        "uncertain" => ByDoubtAsync(choosing, cancellationToken),
        _ => Task.FromResult<IReadOnlyList<string>>(ByChance(choosing)),
    };

    private static string[] ByChance(Choosing choosing)
    {
        var all = choosing.Cameras.SelectMany(c => c).ToArray();
        new Random((int)choosing.Seed).Shuffle(all);
        return all;
    }

    /// <summary>Asks for as many frames as the boxes are worth on average, as an operator would set the budget, and for more where they were too few.</summary>
    private static async Task<IReadOnlyList<string>> ByTriggersAsync(Choosing choosing, CancellationToken cancellationToken)
    {
        var all = choosing.Cameras.SelectMany(c => c).ToList();
        var each = Math.Max(1, all.Average(Field.BoxesOn));
        for (var frames = choosing.Boxes / each; ; frames *= More)
        {
            var kept = new List<IReadOnlyList<string>>();
            for (var camera = 0; camera < choosing.Cameras.Count; camera++)
            {
                var share = frames * choosing.Cameras[camera].Count / all.Count;
                kept.Add(Interleaved(await AskAsync(choosing, camera, (int)Math.Ceiling(share), cancellationToken), choosing.Cameras[camera]));
            }

            var order = InTurn(kept);
            if (order.Sum(Field.BoxesOn) >= choosing.Boxes || frames > all.Count)
            {
                Remember(choosing);
                return order;
            }
        }
    }

    private static async Task<IReadOnlyList<string>> ByDoubtAsync(Choosing choosing, CancellationToken cancellationToken)
    {
        var doubts = new List<(string Picture, double Doubt)>();
        for (var camera = 0; camera < choosing.Cameras.Count; camera++)
        {
            var report = await AskAsync(choosing, camera, keep: 1, cancellationToken);
            doubts.AddRange(report["judged"]!.AsArray().Select(j => (choosing.Cameras[camera][j!["frame"]!.GetValue<int>()], Doubt(j))));
        }

        // equal doubts in an order of chance, not of time
        var random = new Random((int)choosing.Seed);
        return [.. doubts.OrderByDescending(d => d.Doubt).ThenBy(_ => random.Next()).Select(d => d.Picture)];
    }

    private static double Doubt(JsonNode judged) =>
        judged["reasons"]!.AsArray().Where(r => r!["trigger"]!.GetValue<string>() == "uncertain").Select(r => r!["strength"]!.GetValue<double>()).SingleOrDefault();

    /// <summary>The device's program on one camera's pictures.</summary>
    private static async Task<JsonNode> AskAsync(Choosing choosing, int camera, int keep, CancellationToken cancellationToken)
    {
        var frames = Path.Combine(choosing.Folder, $"frames{camera}");
        if (Directory.Exists(frames))
        {
            Directory.Delete(frames, recursive: true);
        }

        Directory.CreateDirectory(frames);
        foreach (var (picture, i) in choosing.Cameras[camera].Select((p, i) => (p, i)))
        {
            File.CreateSymbolicLink(Path.Combine(frames, $"{i:D6}{Path.GetExtension(picture)}"), picture);
        }

        var memory = MemoryOf(choosing, camera);
        File.Delete(memory + ".new");
        if (File.Exists(memory))
        {
            File.Copy(memory, memory + ".new");
        }

        var kept = Path.Combine(choosing.Folder, $"kept{camera}.json");
        await ChildProcess.RunAsync(
            "choose", Programs.Find().Agent,
            ["choose", "--model", choosing.Model, "--camera", frames, "--keep", $"{keep}", "--out", kept, "--memory", memory + ".new", "--seed", $"{choosing.Seed}"], choosing.Folder, onLine: null, cancellationToken);
        return JsonNode.Parse(await File.ReadAllTextAsync(kept, cancellationToken))!;
    }

    /// <summary>A camera's memory lies beside the rounds: what was kept in one is not novel in the next.</summary>
    private static string MemoryOf(Choosing choosing, int camera) => Path.Combine(Path.GetDirectoryName(choosing.Folder)!, $"camera{camera}.kept");

    private static void Remember(Choosing choosing)
    {
        for (var camera = 0; camera < choosing.Cameras.Count; camera++)
        {
            File.Move(MemoryOf(choosing, camera) + ".new", MemoryOf(choosing, camera), overwrite: true);
        }
    }

    /// <summary>Chance's frames spread evenly among the others, so that a labeller who stops early has both.</summary>
    private static List<string> Interleaved(JsonNode report, IReadOnlyList<string> pictures)
    {
        var kept = report["kept"]!.AsArray().Select(k => (Picture: pictures[k!["frame"]!.GetValue<int>()], IsRandom: k["trigger"]!.GetValue<string>() == "random")).ToList();
        return [.. kept.GroupBy(k => k.IsRandom).SelectMany(g => g.Select((k, i) => (k.Picture, At: (i + 0.5) / g.Count()))).OrderBy(k => k.At).Select(k => k.Picture)];
    }

    private static List<string> InTurn(List<IReadOnlyList<string>> cameras) =>
        [.. cameras.SelectMany((c, camera) => c.Select((picture, i) => (picture, i, camera))).OrderBy(p => p.i).ThenBy(p => p.camera).Select(p => p.picture)];
}
