using Fleet.Vision.Evaluation;

namespace Fleet.Training.Reports;

/// <summary>The parts of a report that only a classifier has.</summary>
internal static class ClassifierSections
{
    private const int MostLabels = 25;
    private const int MostPairs = 15;

    public static string Of(ClassificationScores named) => Tiles(named) + Classes(named) + Confusion(named);

    private static string Tiles(ClassificationScores n)
    {
        (string Value, string Name, string Means)[] tiles =
        [
            (Html.Share(n.Accuracy), "accuracy", "pictures whose class was put first"),
            (Html.Share(n.MeanRecall), "mean over classes", "the same, rare classes counting as much"),
            ($"{n.Pictures}", "pictures", $"of {n.Classes.Count(c => c.Pictures > 0)} classes"),
        ];
        return $"<div class=\"tiles\">{string.Concat(tiles.Select(t => $"<div class=\"tile\"><b>{t.Value}</b><span>{t.Name}</span><small>{t.Means}</small></div>"))}</div>";
    }

    private static string Classes(ClassificationScores n) => Html.Section(
        "By class",
        "Recall: share of its pictures that were recognised. Precision: share of those called so that are it.",
        Html.Table(
            ["class", "pictures", "right", "called so", "recall", "precision"],
            n.Classes.OrderByDescending(c => c.Pictures).Select(c => (string[])
                [Html.Text(c.Label), $"{c.Pictures}", $"{c.Right}", $"{c.Named}", Html.Share(c.Recall), Html.Share(c.Precision)])));

    private static string Confusion(ClassificationScores n) => n.Classes.Count > MostLabels ? MostConfused(n) : Html.Section(
        "Confusion",
        "Rows are what is shown, columns what was put first. The stronger the colour, the larger the share of its row.",
        Html.Table(
            ["shown \\ first", .. n.Classes.Select(c => Html.Text(c.Label)), "nothing"],
            n.Confusion.Select((row, i) => row.Select(count => ReportSections.Cell(count, row.Sum(), blank: false)).Prepend($"<th scope=\"row\">{Html.Text(n.Classes[i].Label)}</th>")),
            "confusion"));

    private static string MostConfused(ClassificationScores n)
    {
        var pairs = from i in Enumerable.Range(0, n.Classes.Count)
                    from j in Enumerable.Range(0, n.Classes.Count)
                    where i != j && n.Confusion[i][j] > 0
                    orderby n.Confusion[i][j] descending
                    select (string[])[Html.Text(n.Classes[i].Label), $"<td class=\"text\">{Html.Text(n.Classes[j].Label)}</td>", $"{n.Confusion[i][j]}"];
        return Html.Section(
            "Confusion",
            $"The commonest mistakes of {n.Classes.Count} classes.",
            Html.Table(["shown", "<th class=\"text\">put first</th>", "times"], pairs.Take(MostPairs), "confusion"));
    }
}
