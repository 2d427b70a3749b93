using System.Text.Json;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Testing;
using Fleet.Training.Evaluation;
using Fleet.Training.Recipes;
using Fleet.Training.Runs;
using Fleet.Training.Sparsity;
using Fleet.Training.Tiles;

namespace Fleet.Training.Tests.Tiles;

public sealed class TilesRunTests : IDisposable
{
    // few stars and bright streaks: seconds must be enough to learn it
    internal const string EasySky = """
        world: night-sky
        label: satellite
        camera: { width: 160, height: 120 }
        sky:
          stars: [4, 8]
          starPeak: [4, 40]
          noise: [1.4, 1.8]
          hotPixels: [0, 2]
          satellitePeak: [20, 30]
          streaks: 1
          streakPx: [12, 30]
          stepPx: [2, 4]
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_short_training_counts_better_than_one_number_for_all_and_both_forms_agree()
    {
        var report = new TilesRun(Recipe("sparsity: prune\nretrain: { steps: 60, batch: 256, rate: 0.002 }\nvariants: [fp32, int8]"), seed: 1, _folder.Path, new LossTrace(_ => { }), TimeProvider.System).Run(TestContext.Current.CancellationToken);

        Assert.InRange(report.Result.TileF1, 0.6, 1);
        Assert.InRange(report.Result.CountError, 0, report.Result.CountErrorOfGuess * 0.7);
        Assert.InRange(report.FormsDifference, 0, 1e-5);
        Assert.All(Files(TrainedFiles.Model, TrainedFiles.Card, TrainedFiles.Golden, TrainedFiles.Report, TrainedFiles.Page, TilesRun.WholeFrame, TilesRun.WholeFrameCard), Assert.True);
        Assert.Equal(["fp32-2:4", "int8-2:4", "fp32", "int8"], report.Variants.Select(v => v.Name));
        Assert.All(report.Variants.Where(v => v.Name.EndsWith("2:4", StringComparison.Ordinal)), v => Assert.True(v.Listed, v.Remark));
        var card = JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(_folder.Path, TilesRun.WholeFrameCard)), FleetJson.Strict.VersionRequest)!;
        Assert.Contains("int8-2:4", card.Variants.Select(v => v.Name));
        Assert.Equal(Digest.Of(File.ReadAllBytes(Path.Combine(_folder.Path, TilesRun.WholeFrameGolden))), card.GoldenClip);
        var model = OnnxFile.Read(Path.Combine(_folder.Path, TrainedFiles.Model));
        var fit = OnnxCheck.FitHead(OnnxCheck.Inspect(OnnxFile.Write(model)), new HeadRequest());
        Assert.Equal((HeadKinds.Tiles, 10, report.Threshold), (fit.Head, fit.Input.TilePx, fit.ScoreThreshold));
        using var judge = new Judge(Path.Combine(_folder.Path, TrainedFiles.Model));
        var frames = TruthFrames.OfScene(Path.Combine(_folder.Path, "easy.yaml"), seed: 5, count: 10).ToList();
        Assert.Equal(frames.Select(f => judge.Detect(f.Frame, report.Threshold).Count), judge.Look(frames).Select(f => f.Found.Count));
        Assert.All(SparsityReport.Of(model).Where(l => l.Eligible), l => Assert.True(l.Valid));
    }

    [Theory]
    [InlineData("head: heads", "the field 'head' is 'heads', but must be fleet (boxes), classes (what a picture shows) or tiles")]
    [InlineData("head: tiles\nclasses: [a, b]", "one name where the head is tiles")]
    [InlineData("head: tiles\nclasses: [a]", "the field 'scenes' is missing")]
    public void A_recipe_that_does_not_fit_the_head_is_refused_with_its_line(string fields, string sentence)
    {
        var yaml = $"model: sky\n{fields}\n{(fields.Contains("classes", StringComparison.Ordinal) ? "" : "classes: [a]\n")}train: {{ steps: 5 }}";
        Assert.Contains(sentence, Assert.Throws<ProblemException>(() => RecipeReader.Parse(yaml, "sky.yaml")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trainer_of_boxes_refuses_a_recipe_of_tiles()
    {
        var job = new TrainingJob(Recipe(""), Base: null, [], Seed: 1);
        Assert.Contains("has the head tiles", Assert.Throws<ProblemException>(() => job.Fit()).Message, StringComparison.Ordinal);
    }

    private IEnumerable<bool> Files(params string[] names) => names.Select(n => File.Exists(Path.Combine(_folder.Path, n)));

    /// <summary>A recipe of tiles for a scene.</summary>
    internal static string RecipeOf(string scene, string extra, int frames, int steps) => $$"""
        model: sky
        classes: [satellite]
        head: tiles
        scenes:
          - { scene: {{scene}} }
        frames: {{frames}}
        train: { steps: {{steps}}, batch: 256, rate: 0.004 }
        average: 0.9
        evaluate: { scene: {{scene}}, frames: 60, seed: 9003 }
        threads: 1
        {{extra}}
        """;

    private Recipe Recipe(string extra)
    {
        var scene = Path.Combine(_folder.Path, "easy.yaml");
        File.WriteAllText(scene, EasySky);
        return RecipeReader.Parse(RecipeOf(scene, extra, frames: 160, steps: 160), "sky.yaml");
    }
}
