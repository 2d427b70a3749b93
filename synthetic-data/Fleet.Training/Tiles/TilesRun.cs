using System.Globalization;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Evaluation;
using Fleet.Training.Graphs;
using Fleet.Training.Quantisation;
using Fleet.Training.Recipes;
using Fleet.Training.Reports;
using Fleet.Training.Runs;
using Fleet.Twin.Scenes;
using Fleet.Vision;

namespace Fleet.Training.Tiles;

/// <summary>Learns a tile classifier and leaves a folder of files: both forms, their cards, a golden clip and the report.</summary>
internal sealed class TilesRun(Recipe recipe, long seed, string folder, LossTrace trace, TimeProvider time)
{
    /// <summary>The form that takes a frame as a whole, and the card to register it with.</summary>
    public const string WholeFrame = "model.frame.onnx";

    /// <summary>Beside <see cref="WholeFrame"/>.</summary>
    public const string WholeFrameCard = "card.frame.json";

    /// <summary>Golden clip of <see cref="WholeFrame"/> and its forms.</summary>
    public const string WholeFrameGolden = "golden.frame.zip";

    // not the seed of the run and not that of the measurement
    private const long ThresholdSeed = 7001;
    private const int ThresholdFrames = 300;
    private const int GoldenFrames = 6;
    private const int LookFrames = 60;
    private const int FormFrames = 64;

    private readonly Scene _scene = Scene.Load(recipe.Scenes[0].Scene);

    private int Width => _scene.Camera.Width;

    private int Columns => Width / TilesGraph.Side;

    private string At(string file) => Path.Combine(folder, file);

    public TilesReport Run(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var learning = new TileLearning(recipe, seed, folder, trace.Tell, time);
        var learnt = learning.Run(cancellationToken);
        trace.Tell(new TrainingProgress("evaluate", 0, recipe.Evaluate.Frames, Loss: null, EtaSeconds: null));
        var difference = EngineAgreement.Check(learnt.Model, input: null);
        var (dense, _) = learnt.Dense is { } before ? Measure(before, "dense.onnx") : (null, 0);
        var control = learnt.Control is { } trainedOn ? Measure(trainedOn, "control.onnx").Figures : null;
        var (result, threshold) = Measure(learnt.Model, TrainedFiles.Model);
        var whole = TilesGraph.FramesOf(learnt.Model, Width, _scene.Camera.Height);
        Write(whole, Whole(threshold), WholeFrame);
        var forms = WriteForms(whole, learnt.Dense, threshold);
        var report = new TilesReport(
            recipe.Model.ToString(), seed, recipe.Frames, recipe.Train.Steps + recipe.Retrain.Steps, Math.Round(time.GetElapsedTime(started).TotalSeconds, 1), threshold,
            new FileInfo(At(TrainedFiles.Model)).Length, difference, FormsDifference(learnt.Model, whole), dense, result, learnt.DenseLayers)
        {
            Control = control,
            Variants = forms,
        };
        File.WriteAllText(At(TrainedFiles.Report), JsonSerializer.Serialize(report, TilesJson.Default.TilesReport));
        WriteCards(report);
        WritePage(report);
        learning.Forget();
        return report;
    }

    private (TileFigures Figures, float Threshold) Measure(ModelProto model, string file)
    {
        using var session = new TileSession(model);
        var threshold = TileCounting.BestThreshold([.. Frames(_scene, ThresholdSeed, ThresholdFrames).Select(f => new ScoredTiles(f, session.OfTiles(f)))], Columns);
        Write(model, List(threshold), file);
        using var judge = new Judge(At(file));
        var scored = Held(recipe.Evaluate.Frames).Select(f => new ScoredTiles(f, session.OfTiles(f))).ToList();
        var found = scored.Select(s => (IReadOnlyList<Box>)[.. judge.Detect(AsFrame(s.Frame), threshold).Select(d => d.Box)]).ToList();
        return (TileCounting.Measure(scored, found, threshold), threshold);
    }

    private IEnumerable<TiledFrame> Held(int count) => Frames(Scene.Load(recipe.Evaluate.Scene!), recipe.Evaluate.Seed, count);

    private IEnumerable<TiledFrame> Frames(Scene scene, long of, int count) => TiledFrames.Render(scene, of, first: 0, count, recipe.Threads);

    /// <summary>The forms that the recipe asks for, of the network that takes whole frames.</summary>
    private IReadOnlyList<VariantMeasure> WriteForms(ModelProto whole, ModelProto? dense, float threshold)
    {
        var (fit, held) = (Whole(threshold), Truth(Math.Min(LookFrames, recipe.Evaluate.Frames)).ToList());
        var set = new VariantSet(folder, fit, [.. Shown(Frames(_scene, ThresholdSeed, FormFrames))], held);
        using var judge = new Judge(At(WholeFrame));
        var reference = DetectionMetrics.Judge(judge.Look(held), threshold);
        var parent = dense is null ? null : TilesGraph.FramesOf(dense, Width, _scene.Camera.Height);
        var (clip, forms) = set.Clip(judge, set.Write(recipe.Variants, whole, recipe.Sparsity == Pattern.Prune, parent, reference));
        using var file = File.Create(At(WholeFrameGolden));
        clip.Write(file);
        return forms;
    }

    private double FormsDifference(ModelProto list, ModelProto whole)
    {
        using var tiles = new TileSession(list);
        using var frame = new TileSession(whole);
        return Held(GoldenFrames).Max(f => tiles.OfTiles(f).Zip(frame.OfFrame(f, Width), (a, b) => (double)Math.Abs(a - b)).Max());
    }

    private HeadFit List(float threshold) => new(
        HeadKinds.Tiles, recipe.Classes, Input("tiles") with { Layout = Layouts.Tiles, TilePx = TilesGraph.Side }, threshold, Scores: ScoreForms.Probabilities);

    private HeadFit Whole(float threshold) => new(HeadKinds.Heatmap, recipe.Classes, Input("images"), threshold, Scores: ScoreForms.Probabilities);

    private InputSpec Input(string name) => new(name, Width, _scene.Camera.Height, InputRules.UInt8, "gray", Scale: 1, Mean: [], Std: [], Fits.Letterbox, Pad: 0);

    private void Write(ModelProto model, HeadFit fit, string file)
    {
        OnnxMetadata.Set(model, fit);
        OnnxFile.Write(model, At(file));
    }

    private void WriteCards(TilesReport report)
    {
        using (var judge = new Judge(At(TrainedFiles.Model)))
        using (var other = new Judge(At(WholeFrame)))
        using (var file = File.Create(At(TrainedFiles.Golden)))
        {
            GoldenClips.Make(judge, Truth(GoldenFrames), [other], GoldenFrames, Width).Write(file);
        }

        File.WriteAllText(At(TrainedFiles.Card), JsonSerializer.Serialize(Card(report, List(report.Threshold), TrainedFiles.Model, TrainedFiles.Golden, []), FleetJson.Strict.VersionRequest));
        File.WriteAllText(At(WholeFrameCard), JsonSerializer.Serialize(Card(report, Whole(report.Threshold), WholeFrame, WholeFrameGolden, [.. report.Variants.Where(f => f.Listed && f.Name != MainForm)]), FleetJson.Strict.VersionRequest));
    }

    private string MainForm => VariantKinds.Fp32 + (recipe.Sparsity == Pattern.Prune ? VariantNames.SparseSuffix : "");

    private VersionRequest Card(TilesReport report, HeadFit fit, string file, string golden, IReadOnlyList<VariantMeasure> others) => new()
    {
        Model = recipe.Model,
        Head = fit.Head,
        Classes = fit.Classes,
        Input = fit.Input,
        ScoreThreshold = report.Threshold,
        Scores = fit.Scores,
        Variants = [new VariantUpload(MainForm, DigestOf(file)), .. others.Select(f => new VariantUpload(f.Name, DigestOf(f.File)))],
        GoldenClip = DigestOf(golden),
        Metrics = new Dictionary<string, double>
        {
            ["tile_f1"] = report.Result.TileF1,
            ["count_error"] = Math.Round(report.Result.CountError, 4),
            ["count_exact"] = report.Result.ExactCounts,
            ["frames_synthetic"] = report.Frames,
            ["steps"] = report.Steps,
            ["seconds"] = report.Seconds,
        },
        Lineage = new Lineage { Scene = Digest.Parse(_scene.Digest), Recipe = recipe.Digest, Seed = seed },
    };

    private void WritePage(TilesReport report)
    {
        using var judge = new Judge(At(TrainedFiles.Model));
        var look = ModelLook.At(judge, Truth(LookFrames));
        var f = report.Result;
        var page = look.Report(
            $"{report.Model}: tile classifier", At(TrainedFiles.Model), judge.Card, $"scene {Path.GetFileName(recipe.Evaluate.Scene)}, seed {recipe.Evaluate.Seed}, never learnt from",
            ("tiles", string.Create(CultureInfo.InvariantCulture, $"F1 {f.TileF1:0.000}, precision {f.TilePrecision:0.000}, recall {f.TileRecall:0.000} on {f.Frames} frames")),
            ("count", string.Create(CultureInfo.InvariantCulture, $"off by {f.CountError:0.00} a frame, right on {f.ExactCounts:0%}; always saying the same number is off by {f.CountErrorOfGuess:0.00}")),
            ("found", string.Create(CultureInfo.InvariantCulture, $"{f.StreakRecall:0%} of the streaks, {f.PointRecall:0%} of the points, which look like stars")),
            ("boxes", "are made of whole tiles, those of the truth too"),
            ("forms", string.Create(CultureInfo.InvariantCulture, $"the list of tiles and the whole frame differ by {report.FormsDifference:0.0e0}; ONNX Runtime and training by {report.EngineDifference:0.0e0}")));
        EvaluationReport.Write(At(TrainedFiles.Page), page with { Losses = trace.Points });
    }

    private Digest DigestOf(string file) => Digest.Of(File.ReadAllBytes(At(file)));

    private IEnumerable<TruthFrame> Truth(int count) => Shown(Held(count));

    private IEnumerable<TruthFrame> Shown(IEnumerable<TiledFrame> frames) =>
        frames.Select((f, i) => new TruthFrame($"{i:0000}", AsFrame(f), [.. f.Boxes.Select(b => new Annotation(recipe.Classes[0], TileMarks.Around(f.Grey, Width, b)))]));

    private Frame AsFrame(TiledFrame tiled)
    {
        var frame = new Frame(Width, tiled.Grey.Length / Width, channels: 1);
        tiled.Grey.CopyTo(frame.Span);
        return frame;
    }
}
