using System.Globalization;
using Fleet.Bench.Training;
using Fleet.Testing;

namespace Fleet.Bench.Labels;

/// <summary>Boxes to be labelled until a model is as good: chosen by the device's triggers, by chance, and by doubt alone.</summary>
internal static class LabelsBench
{
    /// <summary>1.5 and 3 times fewer boxes.</summary>
    private const double Must = 1 / 1.5;
    private const double Aim = 1 / 3.0;

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var (plan, folder) = (LabelsPlan.Of(options.Quick, options.Data is not null), LabelsPlan.Folder(options));
        var model = options.Model ?? Path.Combine(Repository.Root, "synthetic-data", "models", "warehouse.onnx");
        var photos = options.Data is { } data ? Photos.Of(data) : null;
        var run = new LabelsRun(plan, model, folder);
        var points = new List<LabelsPoint>();
        for (var seed = 1; seed <= plan.Seeds; seed++)
        {
            var at = Directory.CreateDirectory(Path.Combine(folder, $"seed{seed}")).FullName;
            var field = photos is null ? await Field.OfTwinAsync(plan, seed, at, cancellationToken) : Field.OfPhotos(plan, photos, options.Data!, seed, at);
            points.Add(await run.BaseAsync(field, seed, cancellationToken));
            Benches.Say(FormattableString.Invariant($"seed {seed}: the base has AP@.5 {points[^1].Ap50:0.000}"));
            foreach (var arm in Chooser.Arms)
            {
                points.AddRange(await run.ArmAsync(arm, field, seed, cancellationToken));
            }
        }

        var curves = new LabelsCurves(points);
        var of = photos is null ? "the site warehouse-field" : "photos";
        await File.WriteAllTextAsync(Path.Combine(folder, "labels.svg"), LabelsPicture.Svg(curves, plan.BoxesPerRound, of), cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder, "labels.json"), curves.ToJson(), cancellationToken);
        var rows = Rows(plan, curves, Note(plan, options, curves, of, folder));
        return [.. rows.Select(r => options.Quick ? r with { Must = null, Aim = null } : r)];
    }

    private static IEnumerable<BenchRow> Rows(LabelsPlan plan, LabelsCurves curves, string note)
    {
        yield return Fewer(curves, "random", note) with { Must = Must, Aim = Aim };
        yield return Fewer(curves, "uncertain", note);
        foreach (var arm in new[] { "random", "uncertain" })
        {
            for (var round = 1; round <= curves.Rounds; round++)
            {
                var boxes = round * plan.BoxesPerRound;
                var pairs = curves.Seeds.Select(s => (Ours: curves.ApAt(Chooser.Arms[0], s, boxes), Peer: curves.ApAt(arm, s, boxes))).ToList();
                var (ours, peer, apart) = (pairs.Average(p => p.Ours), pairs.Average(p => p.Peer), pairs.Select(p => p.Ours - p.Peer).ToList());
                yield return new(
                    string.Create(CultureInfo.InvariantCulture, $"AP@.5 at {boxes} boxes, over {arm}: {apart.Average():+0.000;-0.000} ±{LabelsCurves.Spread(apart):0.000}"),
                    ours, peer, "AP", peer > 0 ? ours / peer : null, Note: note);
            }
        }
    }

    /// <summary>Boxes to the best AP that both arms reach, seed by seed; where learning helped neither, there is nothing to tell.</summary>
    private static BenchRow Fewer(LabelsCurves curves, string arm, string note)
    {
        var pairs = new List<(double Ours, double Peer)>();
        foreach (var seed in curves.Seeds)
        {
            var both = Math.Min(curves.Best(Chooser.Arms[0], seed), curves.Best(arm, seed));
            if (curves.BoxesTo(Chooser.Arms[0], seed, both) is > 0 and var ours && curves.BoxesTo(arm, seed, both) is > 0 and var peer)
            {
                pairs.Add((ours, peer));
            }
        }

        var ratios = pairs.Select(p => p.Ours / p.Peer).ToList();
        return ratios.Count == 0
            ? new($"boxes to the same AP, over {arm}: nowhere better than the base", 0, null, "boxes", null, Note: note) { AtMost = true }
            : new(
                string.Create(CultureInfo.InvariantCulture, $"boxes to the same AP, over {arm}: x{ratios.Average():0.00} ±{LabelsCurves.Spread(ratios):0.00}, {ratios.Count} of {curves.Seeds.Count} seeds"),
                pairs.Average(p => p.Ours), pairs.Average(p => p.Peer), "boxes", ratios.Average(), Note: note) { AtMost = true };
    }

    private static string Note(LabelsPlan plan, BenchOptions options, LabelsCurves curves, string of, string folder) => string.Create(CultureInfo.InvariantCulture, $"""
        {curves.Table()}
        Field: {of}. Every round labels {plan.BoxesPerRound} boxes more and goes on from the same base{(options.Model is null ? "" : $" ({Path.GetFileName(options.Model)})")} for {plan.Steps} steps on all that is labelled; the triggers run as a device runs them (fleet-agent choose) with the arm's newest model. "The same AP" is the best that both arms of a seed reach, in straight lines between rounds. Curve and points: labels.svg, labels.json in {folder}.{(options.Quick ? " A quick run learns for seconds: it shows that the bench works, not what choosing is worth, so nothing is judged." : "")}
        """);
}
