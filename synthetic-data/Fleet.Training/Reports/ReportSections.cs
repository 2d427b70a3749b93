using Fleet.Vision.Evaluation;

namespace Fleet.Training.Reports;

/// <summary>The parts of a report; one without content is left out.</summary>
internal static class ReportSections
{
    private const int MostLabels = 25;

    public static string Others(ReportContent content) => content.Others.Count == 0 ? "" : Html.Section(
        "Compared",
        "All on the same frames.",
        Html.Table(
            ["network", "AP at 0.5", "AP at 0.75", "AP", "precision", "recall", "count error"],
            content.Others.Select(o => (string[])
            [
                Html.Text(o.Name), Html.Share(o.Scores.Map50), Html.Share(o.Scores.Map75), Html.Share(o.Scores.Map),
                Html.Share(o.Scores.Precision), Html.Share(o.Scores.Recall), Html.Number(o.Scores.CountError, "0.00"),
            ])));

    public static string Classes(DetectionEvaluation e)
    {
        var scores = e.Coco.Classes.ToDictionary(c => c.Label);
        return Html.Section(
            "By class",
            $"Precision, recall and count at score {Html.Number(e.Threshold)} and IoU 0.5; average precision (AP) and recall (AR) over all scores.",
            Html.Table(
                ["class", "objects", "hits", "false alarms", "precision", "recall", "AP at 0.5", "AP at 0.75", "AP", "AR", "count error"],
                e.Classes.OrderByDescending(t => t.Objects).Select(t => (string[])
                [
                    Html.Text(t.Name), $"{t.Objects}", $"{t.Hits}", $"{t.FalseAlarms}", Html.Share(t.Precision), Html.Share(t.Recall),
                    Html.Share(scores.GetValueOrDefault(t.Name)?.Ap50), Html.Share(scores.GetValueOrDefault(t.Name)?.Ap75), Html.Share(scores.GetValueOrDefault(t.Name)?.Ap),
                    Html.Share(scores.GetValueOrDefault(t.Name)?.Ar100), Html.Number(e.Counts.Classes.GetValueOrDefault(t.Name), "0.00"),
                ])));
    }

    public static string Sizes(DetectionEvaluation e)
    {
        var (ap, ar) = ((double?[])[e.Coco.ApSmall, e.Coco.ApMedium, e.Coco.ApLarge], (double?[])[e.Coco.ArSmall, e.Coco.ArMedium, e.Coco.ArLarge]);
        string[] means = ["up to 32 x 32 px", "32 x 32 to 96 x 96 px", "from 96 x 96 px"];
        return Html.Section(
            "By size",
            "Sizes in pixels of the frame as it came, by area, as COCO parts them.",
            Html.Table(
                ["size", "<th class=\"means\"></th>", "objects", "precision", "recall", "AP", "AR"],
                e.Sizes.Select((t, i) => (string[])
                    [t.Name, $"<td class=\"text means\">{means[i]}</td>", $"{t.Objects}", Html.Share(t.Precision), Html.Share(t.Recall), Html.Share(ap[i]), Html.Share(ar[i])])));
    }

    public static string Curves(DetectionEvaluation e)
    {
        var tallies = e.Classes.ToDictionary(t => t.Name);
        var areas50 = e.Coco.Classes.ToDictionary(c => c.Label, c => c.Ap50);
        var areas75 = e.Coco.Classes.ToDictionary(c => c.Label, c => c.Ap75);
        var objects = e.Coco.Classes.ToDictionary(c => c.Label, c => c.Objects);
        var curves = e.Curves.OrderByDescending(c => objects[c.Label]).ToList();
        return curves.Count == 0 ? "" : Html.Section(
            "Precision and recall",
            $"How many boxes are right (up) as more objects are found (right) by taking weaker boxes too. The dots are where the threshold of {Html.Number(e.Threshold)} lies; numbers are the areas.",
            $"""
            <div class="charts">{Charts.PrecisionRecall([.. curves.Where(c => c.Iou < 0.6)], tallies, areas50, "IoU 0.5")}
            {Charts.PrecisionRecall([.. curves.Where(c => c.Iou > 0.6)], new Dictionary<string, Tally>(), areas75, "IoU 0.75")}</div>
            """);
    }

    public static string Confusion(DetectionEvaluation e)
    {
        var (labels, counts) = (e.Confusion.Labels, e.Confusion.Counts);
        if (labels.Count is 0 or > MostLabels)
        {
            return labels.Count == 0 ? "" : MostConfused(e.Confusion);
        }

        return Html.Section(
            "Confusion",
            "Rows are what is there, columns what was found in that place; the last column are misses, the last row false alarms. The stronger the colour, the larger the share of its row.",
            Html.Table(
                ["there \\ found", .. labels.Select(Html.Text), "nothing"],
                counts.Select((row, i) => row.Select((n, j) => Cell(n, row.Sum(), blank: i == labels.Count && j == labels.Count)).Prepend($"<th scope=\"row\">{(i < labels.Count ? Html.Text(labels[i]) : "nothing")}</th>")),
                "confusion"));
    }

    private static string MostConfused(Confusion confusion)
    {
        const int Most = 15;
        var pairs = from i in Enumerable.Range(0, confusion.Labels.Count)
                    from j in Enumerable.Range(0, confusion.Labels.Count)
                    where i != j && confusion.Counts[i][j] > 0
                    orderby confusion.Counts[i][j] descending
                    select (string[])[Html.Text(confusion.Labels[i]), $"<td class=\"text\">{Html.Text(confusion.Labels[j])}</td>", $"{confusion.Counts[i][j]}"];
        var shown = pairs.Take(Most).ToList();
        return Html.Section(
            "Confusion",
            shown.Count == 0 ? $"No box is in the right place with the wrong class; {confusion.Labels.Count} classes." : $"The commonest mistakes of {confusion.Labels.Count} classes: right place, wrong class.",
            shown.Count == 0 ? "" : Html.Table(["there", "<th class=\"text\">found</th>", "times"], shown, "confusion"));
    }

    public static string Counting(DetectionEvaluation e)
    {
        var differences = e.Verdicts.Select(v => v.FoundCount - v.TruthCount).ToList();
        return differences.Count == 0 ? "" : Html.Section(
            "Counting",
            $"A frame is {Html.Number(e.Counts.MeanAbsolute, "0.00")} boxes off on average; {Html.Number(e.Counts.Bias, "+0.00;−0.00;0.00")} on balance (above 0: too many); {Html.Number(e.Counts.ExactShare * 100, "0")} % of {e.Frames} frames have exactly the right number.",
            $"<div class=\"charts\">{Charts.CountDifferences(differences)}</div>");
    }

    public static string Pictures(Examples? examples) => examples is null ? "" : Html.Section(
        "Pictures",
        "Hits are a sample; misses are the largest, false alarms the surest, at most two of a frame.",
        $"""
        {ExampleFigures.Legend}
        {ExampleFigures.Of("Missed", examples.Of(ExampleKind.Miss))}
        {ExampleFigures.Of("False alarms", examples.Of(ExampleKind.FalseAlarm))}
        {ExampleFigures.Of("Wrong class", examples.Of(ExampleKind.Confused))}
        {ExampleFigures.Of("Hits", examples.Of(ExampleKind.Hit))}
        {ExampleFigures.Of("Frames with the most mistakes", examples.Of(ExampleKind.Frame), wide: true)}
        """);

    public static string Training(IReadOnlyList<(double Step, double Loss)> losses, IReadOnlyList<(double Step, double Map50)> learning) => losses.Count < 2 ? "" : Html.Section(
        "Training",
        "Loss as it was told while training, all stages one after the other.",
        $"<div class=\"charts\">{Charts.Line(losses, "Loss", "steps")}{(learning.Count < 2 ? "" : Charts.Line(learning, "mAP at IoU 0.5 on the way", "steps"))}</div>");

    public static string Cell(int count, int sum, bool blank) => blank ? "<td></td>"
        : $"<td style=\"background:rgba(var(--heat),{Html.Number(sum == 0 ? 0 : 0.55 * count / sum, "0.00")})\">{count}</td>";
}
