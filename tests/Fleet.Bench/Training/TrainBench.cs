using System.Text.Json.Nodes;
using Fleet.Testing;

namespace Fleet.Bench.Training;

/// <summary>What 2:4 and 8 bits cost, against the dense parent and an equally long dense training, and how soon a network is good: for each world, seed by seed.</summary>
internal static class TrainBench
{
    private const double Points = 100;
    private const double Good = 0.9;
    private const string Note = "In rows of points the third figure is the difference ours - peer, not their ratio: means over the seeds. The control is the dense parent trained on as long and on the same frames as the 2:4 network.";

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var work = options.Work ?? Path.Combine(Repository.Root, ".fleet", "bench", options.Quick ? "train-quick" : "train");
        var trainer = new Trainer(Directory.CreateDirectory(work).FullName);
        var rows = new List<BenchRow>();
        foreach (var world in BenchWorld.All(options.Quick))
        {
            var reports = new List<JsonNode>();
            foreach (var seed in Enumerable.Range(1, options.Seeds ?? (options.Quick ? 1 : 3)))
            {
                reports.Add(Trainer.ReportOf(await trainer.TrainAsync(world.Name, world.Recipe, seed, [], cancellationToken)));
            }

            rows.AddRange(world.IsTiles ? Tiles(world, reports) : Boxes(world, reports));
        }

        // networks that have learnt nothing differ by nothing: a quick run decides nothing
        return [.. rows.Select(r => options.Quick
            ? r with { Must = null, Aim = null, Note = $"{Note} A quick run trains for seconds with one seed: it shows that the bench works, not what 2:4 costs, so nothing is judged." }
            : r with { Note = Note })];
    }

    private static IEnumerable<BenchRow> Boxes(BenchWorld world, List<JsonNode> reports)
    {
        double[] Of(string part) => [.. reports.Select(r => r[part]?["map50"]?.GetValue<double>() ?? 0)];
        var (after, dense, control) = (Of("after"), Of("dense"), Of("control"));
        yield return Difference($"{world.Name}: 2:4, its dense parent", after, dense, must: -0.5, aim: 0);
        yield return Difference($"{world.Name}: 2:4, a dense control", after, control, must: -2, aim: -0.5);
        double[] bytes = [.. reports.Select(r => r["variants"]!.AsArray().FirstOrDefault(v => v!["name"]!.GetValue<string>() == "int8-2:4")?["map50"]?.GetValue<double>() ?? 0)];
        yield return Difference($"{world.Name}: int8 2:4, float 2:4", bytes, after, must: -1, aim: -0.2);
        yield return Sooner($"{world.Name}: steps to mAP@.5 {Good}", "steps", reports, "step", by: 1);
        yield return Sooner($"{world.Name}: minutes to mAP@.5 {Good}", "min", reports, "seconds", by: 60);
    }

    private static IEnumerable<BenchRow> Tiles(BenchWorld world, List<JsonNode> reports)
    {
        double[] Of(string part) => [.. reports.Select(r => r[part]?["tileF1"]?.GetValue<double>() ?? 0)];
        yield return Difference($"{world.Name}: 2:4, its dense parent", Of("result"), Of("dense"), must: -0.5, aim: 0) with { Unit = "F1 points" };
        yield return Difference($"{world.Name}: 2:4, a dense control", Of("result"), Of("control"), must: -2, aim: -0.5) with { Unit = "F1 points" };
    }

    private static BenchRow Difference(string metric, double[] ours, double[] peer, double must, double aim) =>
        new(metric, ours.Average() * Points, peer.Average() * Points, "mAP@.5 points", (ours.Average() - peer.Average()) * Points, must, aim);

    /// <summary>The median of the seeds; none where most of them did not get there.</summary>
    private static BenchRow Sooner(string metric, string unit, List<JsonNode> reports, string field, double by)
    {
        var reached = reports.Select(r => r["curve"]!.AsArray().FirstOrDefault(p => p!["map50"]!.GetValue<double>() >= Good)?[field]!.GetValue<double>() / by).OfType<double>().ToList();
        var best = reports.Max(r => r["curve"]!.AsArray().Select(p => p!["map50"]!.GetValue<double>()).DefaultIfEmpty().Max());
        return reached.Count * 2 > reports.Count
            ? new(metric, Numbers.Median(reached), null, unit, null)
            : new($"{metric}: not reached, the best was", best * Points, null, "mAP@.5 points", null);
    }
}
