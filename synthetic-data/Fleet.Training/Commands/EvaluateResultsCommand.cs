using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Training.Evaluation.Results;
using Fleet.Training.Frames;
using Fleet.Training.Reports;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Commands;

/// <summary><c>evaluate results</c>: the figures of any program's results, without running it.</summary>
internal sealed class EvaluateResultsCommand(TextWriter output)
{
    public const string Usage = "fleet-training evaluate results --ground-truth FILE|DIR --results FILE|DIR [--image-ids id|order] [--boxes xywh|xyxy|relative|relative-rounded] [--classes FILE] [--size WxH] [--threshold T] [--expect FILE] [--tolerance T] [--json FILE] [--report FILE.html [--images DIR]]";
    private const double Tolerance = 1e-6;

    /// <returns>0; 1 where a figure is not as expected.</returns>
    public int Run(Arguments arguments)
    {
        var text = TextOf(arguments);
        var frames = ResultFiles.Read(TruthFile.Read(arguments.Needed("--ground-truth"), text), arguments.Needed("--results"), text, ByOrder(arguments));
        var evaluation = DetectionEvaluation.Of(frames, arguments.Real("--threshold") ?? 0.5);
        var figures = Figures.Of(frames, evaluation);
        Tell(figures);
        if (arguments.Text("--json") is { } file)
        {
            File.WriteAllText(file, figures.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        }

        if (arguments.Text("--report") is { } page)
        {
            EvaluationReport.Write(page, Report(arguments, frames, evaluation));
        }

        return arguments.Text("--expect") is { } expected ? Compare(Expectation.Read(expected, figures), arguments.Real("--tolerance") ?? Tolerance) : 0;
    }

    private static ReportContent Report(Arguments arguments, IReadOnlyList<EvaluatedFrame> frames, DetectionEvaluation evaluation)
    {
        var (truth, results) = (Path.GetFileName(arguments.Needed("--ground-truth")), Path.GetFileName(arguments.Needed("--results")));
        return new ReportContent($"{results} against {truth}", [("frames", $"{evaluation.Frames}, {evaluation.Overall.Objects} objects"), ("threshold", Html.Number(evaluation.Threshold))], evaluation)
        {
            Examples = arguments.Text("--images") is { } folder ? See(folder, frames, evaluation.Threshold) : null,
        };
    }

    private static Examples See(string folder, IReadOnlyList<EvaluatedFrame> frames, double threshold)
    {
        var examples = new Examples(threshold);
        var files = Directory.EnumerateFiles(folder).ToLookup(f => Path.GetFileNameWithoutExtension(f));
        foreach (var frame in frames)
        {
            if (files[Path.GetFileNameWithoutExtension(frame.Name)].FirstOrDefault() is { } path)
            {
                examples.See(Pictures.Read(path), frame);
            }
        }

        return examples;
    }

    private void Tell(JsonObject figures)
    {
        foreach (var (name, value) in figures.TakeWhile(f => f.Key != "frames"))
        {
            output.WriteLine(value is JsonObject many
                ? $"{name,-12} {string.Join("  ", many.Select(m => $"@{m.Key} {Shown(m.Value)}"))}"
                : $"{name,-12} {Shown(value)}");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{figures["frames"]} frames, {figures["objects"]} objects; at {figures["threshold"]}: precision {Shown(figures["precision"])}, recall {Shown(figures["recall"])}, count error {Shown(figures["countError"])}"));
    }

    private int Compare(IReadOnlyList<Compared> compared, double tolerance)
    {
        foreach (var c in compared)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(c.Difference <= tolerance ? "equal" : "DIFFERS"),-8} {c.Name,-18} {c.Ours:0.00000000}  expected {c.Expected:0.00000000}  difference {c.Difference:0.0e0}"));
        }

        var wrong = compared.Count(c => !(c.Difference <= tolerance));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{compared.Count - wrong} of {compared.Count} figures are as expected, within {tolerance:0e0}; the largest difference is {compared.Max(c => c.Difference):0.0e0}."));
        return wrong == 0 ? 0 : 1;
    }

    private static string Shown(JsonNode? value) => value is null ? "-" : value.GetValue<double>().ToString("0.000000", CultureInfo.InvariantCulture);

    private static TextBoxes TextOf(Arguments arguments)
    {
        var form = arguments.Text("--boxes") switch
        {
            null or "xywh" => TextForm.Xywh,
            "xyxy" => TextForm.Xyxy,
            "relative" => TextForm.Relative,
            "relative-rounded" => TextForm.RelativeRounded,
            var other => throw new ProblemException(Problems.RequestInvalid, $"--boxes is '{other}', wanted is xywh, xyxy, relative or relative-rounded. Usage: {Usage}"),
        };
        var classes = arguments.Text("--classes") is { } file ? File.ReadLines(file).Select(l => l.Trim()).Where(l => l.Length > 0).ToList() : [];
        return new TextBoxes(form, classes, SizeOf(arguments.Text("--size")));
    }

    private static bool ByOrder(Arguments arguments) => arguments.Text("--image-ids") switch
    {
        null or "id" => false,
        "order" => true,
        var other => throw new ProblemException(Problems.RequestInvalid, $"--image-ids is '{other}', wanted is id (as in the ground truth) or order (the place by file name, as fleet infer counts). Usage: {Usage}"),
    };

    private static FrameSize? SizeOf(string? text) => text is null ? null
        : text.Split('x') is [var w, var h] && int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            ? new FrameSize(width, height)
            : throw new ProblemException(Problems.RequestInvalid, $"--size is '{text}', wanted is as in 640x480. Usage: {Usage}");
}
