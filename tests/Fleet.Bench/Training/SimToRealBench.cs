using System.Globalization;

namespace Fleet.Bench.Training;

/// <summary>What the twin is worth in labelled photos: twin alone, twin and N photos, N photos alone, 10 N photos alone; tested on photos of other groups.</summary>
internal static class SimToRealBench
{
    private const double LeastPx = 24;
    private const int Times = 10;

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var photos = Photos.Of(options.Data);
        var plan = SimToRealPlan.Of(options.Quick);
        var run = new SimToRealRun(plan, photos, options, SimToRealPlan.Folder(options));
        var twin = options.Model ?? await run.TwinAsync(cancellationToken);
        var arms = new List<Arm>();
        var lookalikes = 0;
        for (var seed = 1; seed <= plan.Seeds; seed++)
        {
            var split = PhotoSplit.Of(photos, plan.Counts.Max() * Times, seed);
            Benches.Say($"split {seed}: {split.Pool.Count} photos to learn from, {split.Test.Count} of {split.TestGroups} other groups to test on");
            lookalikes += await run.PrepareAsync(split, seed, cancellationToken);
            arms.Add(await run.MeasureAsync("twin", 0, twin, seed, cancellationToken));
            foreach (var n in plan.Counts)
            {
                arms.Add(await run.TunedAsync(twin, n, seed, cancellationToken));
                arms.Add(await run.RealAsync(n, seed, cancellationToken));
                arms.Add(await run.RealAsync(Math.Min(n * Times, split.Pool.Count), seed, cancellationToken));
            }
        }

        var curve = new SimToRealCurve(arms);
        await File.WriteAllTextAsync(Path.Combine(run.Folder, "sim2real.svg"), curve.Svg(), cancellationToken);
        var rows = Rows(plan, arms, Notes(plan, options, run, curve, lookalikes));
        return [.. rows.Select(r => options.Quick ? r with { Must = null, Aim = null } : r)];
    }

    private static IEnumerable<BenchRow> Rows(SimToRealPlan plan, List<Arm> arms, string note)
    {
        foreach (var n in plan.Counts)
        {
            var most = arms.Where(a => a.Kind == "real" && a.Photos > n && a.Photos <= n * Times).Max(a => a.Photos);
            var (tuned, few, many) = (Of(arms, "twin+real", n), Of(arms, "real", n), Of(arms, "real", most));
            yield return Row($"twin + {n} photos over {most} photos alone: AP@.5", tuned, many, a => a.Ap50, must: 1, note);
            yield return Row($"twin + {n} photos over {most} photos alone: AP@.75", tuned, many, a => a.Ap75, must: null, note);
            yield return Row($"twin + {n} photos over {most} photos alone: AP@.5 from {LeastPx} px", tuned, many, a => a.LargeAp50, must: null, note);
            yield return Row($"twin + {n} photos over {n} photos alone: AP@.5", tuned, few, a => a.Ap50, must: null, note);
            yield return Row($"twin alone over {n} photos alone: AP@.5", Of(arms, "twin", 0), few, a => a.Ap50, must: null, note);
        }

        yield return new("twin alone: AP@.75", Of(arms, "twin", 0).Average(a => a.Ap75), null, "AP", null, Note: note);
        yield return new($"twin alone: AP@.5 from {LeastPx} px", Of(arms, "twin", 0).Average(a => a.LargeAp50), null, "AP", null, Note: note);
    }

    private static List<PhotoFigures> Of(List<Arm> arms, string kind, int photos) => [.. arms.Where(a => a.Kind == kind && a.Photos == photos).Select(a => a.Figures)];

    private static BenchRow Row(string metric, List<PhotoFigures> ours, List<PhotoFigures> peer, Func<PhotoFigures, double> of, double? must, string note)
    {
        var (a, b) = (ours.Average(of), peer.Average(of));
        return new(metric, a, b, "AP", b > 0 ? a / b : null, must, must, note);
    }

    private static string Notes(SimToRealPlan plan, BenchOptions options, SimToRealRun run, SimToRealCurve curve, int lookalikes) => string.Create(CultureInfo.InvariantCulture, $"""
        {curve.Sentence(run.BoxesPerPhoto)}
        Budget: twin {(options.Model is null ? $"{plan.TwinSteps} steps" : $"as {Path.GetFileName(options.Model)} came, counted as {plan.TwinSteps} steps")}; twin + N {plan.TuneSteps} more; photos alone {plan.TwinSteps + plan.TuneSteps}, all of {plan.Batch} frames. {plan.Seeds} splits by source group, means over them; {lookalikes} pictures look alike across a split. Every sixth photo of an arm chooses its threshold. Runs and the curve sim2real.svg are in {run.Folder}.{(options.Quick ? " A quick run trains for seconds: it shows that the bench works, not what the twin is worth, so nothing is judged." : "")}
        """);
}

/// <summary>What one arm reached on one split.</summary>
/// <param name="Kind">twin, twin+real or real.</param>
/// <param name="Photos">That it learnt from.</param>
/// <param name="Figures">On the photos of other groups.</param>
internal sealed record Arm(string Kind, int Photos, PhotoFigures Figures);
