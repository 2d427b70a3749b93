using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Training.Commands;
using Fleet.Training.Datasets;
using Fleet.Training.Frames;
using Fleet.Training.Reports;
using Fleet.Training.Runs;
using Fleet.Vision;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Tests.Reports;

public sealed partial class ReportTests : IDisposable
{
    private static readonly ExactBox Here = new(10, 10, 30, 30);
    private static readonly ExactBox There = new(100, 60, 40, 30);
    private static readonly EvaluatedFrame Boxes = new("cam-1/0001", [new("box", Here), new("<b>can</b>", There)], [new("box", 0.9, Here), new("box", 0.8, new(60, 5, 20, 20))]);
    private readonly TempFolder _folder = new();

    [Fact]
    public void The_page_asks_for_nothing_outside_itself_and_shows_names_as_text()
    {
        var examples = new Examples(0.5);
        examples.See(new Frame(160, 120, 3), Boxes);
        var page = EvaluationReport.Page(new ReportContent("<script>alert(1)</script>", [("from", "a & b")], DetectionEvaluation.Of([Boxes], 0.5)) { Examples = examples, Losses = [(1, 3.5), (2, 1.25)] });

        Assert.All(Addresses().Matches(page), m => Assert.StartsWith("data:image/jpeg;base64,", m.Groups[1].Value, StringComparison.Ordinal));
        Assert.DoesNotMatch(Outside(), page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;can&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Hits_misses_and_false_alarms_are_shown_with_their_boxes_drawn()
    {
        var examples = new Examples(0.5);
        examples.See(new Frame(160, 120, 3), Boxes);
        var miss = Assert.Single(examples.Of(ExampleKind.Miss));
        Assert.Equal((There, "<b>can</b>, 40 x 30 px"), (miss.Subject, miss.Title));
        Assert.True(miss.View.X <= There.X && miss.View.Right >= There.Right && miss.View.Bottom <= 120);

        var drawn = ExampleFigures.Of("Missed", [miss]);
        Assert.Contains($"<rect class=\"miss subject\" x=\"{There.X - miss.View.X}\" y=\"{There.Y - miss.View.Y}\" width=\"40\" height=\"30\"/>", drawn, StringComparison.Ordinal);
        Assert.Equal(0.8, Assert.Single(examples.Of(ExampleKind.FalseAlarm)).Rank);
        Assert.Equal(Here, Assert.Single(examples.Of(ExampleKind.Hit)).Subject);
        Assert.Equal("2 there: 1 found, 1 missed, 1 false", Assert.Single(examples.Of(ExampleKind.Frame)).Title);
    }

    [Fact]
    public void The_most_telling_are_kept_and_no_frame_fills_the_page()
    {
        var examples = new Examples(0.5);
        for (var i = 0; i < 20; i++)
        {
            examples.See(new Frame(160, 120, 3), new EvaluatedFrame($"{i}", [], [.. Enumerable.Range(0, 5).Select(n => new FoundBox("box", 0.5 + (i * 0.02) + (n * 0.001), new(n * 20, 0, 10, 10)))]));
        }

        var kept = examples.Of(ExampleKind.FalseAlarm);
        Assert.Equal((12, 0.884), (kept.Count, Math.Round(kept[0].Rank, 3)));
        Assert.All(kept.GroupBy(e => e.Verdict.Frame.Name), g => Assert.Equal(2, g.Count()));
        Assert.Equal(kept.OrderByDescending(e => e.Rank), kept);
    }

    [Fact]
    public void A_curve_is_drawn_from_its_first_precision_down_to_where_recall_ends()
    {
        var curve = new PrecisionRecall("box", 0.5, [new CurvePoint(0.5, 1, 0.9), new CurvePoint(1, 0.5, 0.1)]);
        var drawn = Charts.PrecisionRecall([curve], new Dictionary<string, Tally>(), new Dictionary<string, double?> { ["box"] = 0.75 }, "IoU 0.5");
        // 38 to 406 is recall 0 to 1, 262 to 12 precision 0 to 1
        Assert.Contains("M38.0 12.0V12.0H222.0V137.0H406.0V262.0", drawn, StringComparison.Ordinal);
        Assert.Contains("box 0.750", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_leaves_its_report_beside_the_model()
    {
        var pictures = Enumerable.Range(0, 12).Select(i => A.Picture(Directory.CreateDirectory(_folder.At("set/images")).FullName, i)).ToList();
        DatasetWriter.Write(new Dataset(_folder.Path, DatasetFormat.Coco, BoxPolicy.Modal, ["box"], [.. pictures.Select(p => new DatasetPicture(p.Path, Path.GetFileName(p.Path), "", new FrameSize(A.Side, A.Side), [.. p.Annotations.Select(a => new DatasetBox(a.Label, ExactBox.Of(a.Box)))]))], []), DatasetFormat.Yolo, _folder.At("yolo"));
        File.WriteAllText(_folder.At("recipe.yaml"), "model: tiny\nclasses: [box]\ninput: { width: 64, height: 64 }\nthreads: 1\ntrain: { steps: 4, batch: 4 }\nsparsity: prune\nretrain: { steps: 4, batch: 4 }");
        using var output = new StringWriter();
        await new TrainCommand(output, TimeProvider.System).RunAsync(
            new Arguments([_folder.At("recipe.yaml"), "--out", _folder.At("out"), "--data", _folder.At("yolo")], TrainCommand.Usage, 1, "--out", "--data"), TestContext.Current.CancellationToken);

        var page = await File.ReadAllTextAsync(_folder.At("out/report.html"), TestContext.Current.CancellationToken);
        Assert.Contains("<h1>tiny: training run</h1>", page, StringComparison.Ordinal);
        Assert.Contains("10 real frames", page, StringComparison.Ordinal);
        Assert.Contains("<h2>Sparsity by layer</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<h2>Training</h2>", page, StringComparison.Ordinal);
        Assert.Contains("2 frames, 2 objects", page, StringComparison.Ordinal);
        Assert.Contains("<td>dense parent</td>", page, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Addresses();

    [GeneratedRegex(@"https?:|url\(|@import")]
    private static partial Regex Outside();
}
