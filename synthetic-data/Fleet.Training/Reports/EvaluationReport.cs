using System.Reflection;
using Fleet.Onnx;
using Fleet.Vision;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Reports;

/// <summary>What a report is about.</summary>
/// <param name="Title">Of the page.</param>
/// <param name="Facts">Where it comes from: name and value, in order.</param>
/// <param name="Evaluation">What was measured.</param>
internal sealed record ReportContent(string Title, IReadOnlyList<(string Name, string Value)> Facts, DetectionEvaluation Evaluation)
{
    /// <summary>Pictures to look at; null where there are none.</summary>
    public Examples? Examples { get; init; }

    /// <summary>Which class was put first; null where the network finds boxes.</summary>
    public ClassificationScores? Named { get; init; }

    /// <summary>mAP@.5 over steps of a training; empty where it was measured at the end alone.</summary>
    public IReadOnlyList<(double Step, double Map50)> Learning { get; init; } = [];

    /// <summary>The network layer by layer; null where it is not at hand.</summary>
    public ModelInspection? Network { get; init; }

    /// <summary>The same frames judged for other networks, such as the base and the dense parent.</summary>
    public IReadOnlyList<(string Name, DetectionScores Scores)> Others { get; init; } = [];

    /// <summary>Loss over steps of a training; empty where there was none.</summary>
    public IReadOnlyList<(double Step, double Loss)> Losses { get; init; } = [];
}

/// <summary>A report as one HTML file that needs no other and asks for none.</summary>
internal static class EvaluationReport
{
    /// <summary>Writes the file.</summary>
    public static void Write(string path, ReportContent content) => File.WriteAllText(path, Page(content));

    /// <summary>The text of the page.</summary>
    public static string Page(ReportContent content) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <title>{Html.Text(content.Title)}</title>
        <style>
        {Style()}</style>
        </head>
        <body><main>
        <header><h1>{Html.Text(content.Title)}</h1>
        <dl class="facts">{string.Concat(content.Facts.Select(f => $"<dt>{Html.Text(f.Name)}</dt><dd>{Html.Text(f.Value)}</dd>"))}</dl></header>
        {(content.Named is { } named ? ClassifierSections.Of(named) : Boxes(content))}
        {ReportSections.Pictures(content.Examples)}
        {ReportSections.Training(content.Losses, content.Learning)}
        {SparsitySection.Of(content.Network)}
        <footer>Average precision is that of COCO's reference program: 101 recall points, at most 100 boxes a frame and class. Made by Fleet.</footer>
        </main></body></html>
        """;

    private static string Boxes(ReportContent content) => $"""
        {Tiles(content.Evaluation)}
        {ReportSections.Others(content)}
        {ReportSections.Classes(content.Evaluation)}
        {ReportSections.Sizes(content.Evaluation)}
        {ReportSections.Curves(content.Evaluation)}
        {ReportSections.Confusion(content.Evaluation)}
        {ReportSections.Counting(content.Evaluation)}
        """;

    private static string Tiles(DetectionEvaluation e)
    {
        var threshold = Html.Number(e.Threshold);
        (string Value, string Name, string Means)[] tiles =
        [
            (Html.Share(e.Coco.Ap50), "AP at IoU 0.5", "right place, roughly"),
            (Html.Share(e.Coco.Ap75), "AP at IoU 0.75", "boxes that fit well"),
            (Html.Share(e.Coco.Ap), "AP", "mean over IoU 0.5 to 0.95"),
            (Html.Share(e.Overall.Precision), "precision", $"boxes that are right, from score {threshold}"),
            (Html.Share(e.Overall.Recall), "recall", $"objects that were found, from score {threshold}"),
            (Html.Number(e.Counts.MeanAbsolute, "0.00"), "count error", "boxes too many or too few a frame"),
        ];
        return $"<div class=\"tiles\">{string.Concat(tiles.Select(t => $"<div class=\"tile\"><b>{t.Value}</b><span>{t.Name}</span><small>{t.Means}</small></div>"))}</div>";
    }

    private static string Style()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
