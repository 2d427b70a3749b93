using System.Globalization;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Datasets;
using Fleet.Training.Frames;
using Fleet.Training.Recipes;
using Fleet.Training.Runs;
using Fleet.Training.Tiles;
using Fleet.Vision;

namespace Fleet.Training.Commands;

/// <summary><c>train</c>: a recipe in, a folder of files out.</summary>
internal sealed class TrainCommand(TextWriter output, TimeProvider time)
{
    public const string Usage = "fleet-training train RECIPE --out DIR [--from FILE] [--data DIR[,DIR]] [--format coco|yolo|voc|folders] [--policy modal|amodal] [--seed S]";

    private readonly ProgressLine _progress = new(output, time);

    public async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var recipe = RecipeReader.Load(arguments.Words[0]);
        var folder = Directory.CreateDirectory(arguments.Needed("--out")).FullName;
        if (recipe.Head == HeadKinds.Tiles)
        {
            RunTiles(arguments, recipe, folder, cancellationToken);
            return;
        }

        var job = new TrainingJob(
            recipe,
            BaseOf(arguments, recipe),
            RealOf(arguments, recipe),
            arguments.Number("--seed") ?? recipe.Seed);
        var trace = new LossTrace(_progress.Tell);
        var curve = new LearningCurve(folder, Finishing.HeldOf(job), time);
        var run = new TrainingRun(job, folder, trace.Tell, time, curve);
        var trained = await run.RunAsync(cancellationToken);
        var finished = new Finishing(job, folder, trace, time, curve).Finish(trained, new Lineage(), started);
        run.Forget();
        Tell(finished.Report, folder);
    }

    /// <summary>What the command line names, else what the recipe does: a path from where the recipe lies, or from here.</summary>
    private static ModelProto? BaseOf(Arguments arguments, Recipe recipe)
    {
        var given = arguments.Text("--from") ?? arguments.Text("--base") ?? recipe.From;
        var beside = given is null ? null : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(RecipeFiles.Find(arguments.Words[0]))) ?? "", given);
        var path = given is null ? null : File.Exists(given) ? given : beside;
        return path is null ? null
            : File.Exists(path) ? OnnxFile.Read(path)
            : throw new ProblemException(Problems.RequestInvalid, $"There is no file {given} to go on from.");
    }

    private void RunTiles(Arguments arguments, Recipe recipe, string folder, CancellationToken cancellationToken)
    {
        if ((arguments.Text("--from") ?? arguments.Text("--base") ?? arguments.Text("--data")) is { } given)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{given} was given, but a tile classifier learns from its recipe's scene alone: leave --from and --data out.");
        }

        var report = new TilesRun(recipe, arguments.Number("--seed") ?? recipe.Seed, folder, new LossTrace(_progress.Tell), time).Run(cancellationToken);
        Tell("dense", report.Dense);
        Tell("dense, trained as long", report.Control);
        Tell("result", report.Result);
        Tell(report.Variants);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.Combine(folder, TrainedFiles.Model)}: {report.SizeBytes} bytes, threshold {report.Threshold:0.00}, both forms agree within {report.FormsDifference:0.0e0}, ONNX Runtime within {report.EngineDifference:0.0e0}, {report.Seconds:0} s"));
    }

    private void Tell(IReadOnlyList<VariantMeasure> forms)
    {
        foreach (var form in forms)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {form.Name,-14} {form.SizeBytes,10:#,0} bytes{(form.Map50 is { } map ? $", mAP@.5 {map:0.000}, @.75 {form.Map75:0.000}" : "")}{(form.Remark is { } remark ? $"; not listed: {remark}" : "")}"));
        }
    }

    private void Tell(string name, TileFigures? f)
    {
        if (f is not null)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: tile F1 {f.TileF1:0.000} (P {f.TilePrecision:0.000}, R {f.TileRecall:0.000}); count off by {f.CountError:0.00} a frame (one number for all: {f.CountErrorOfGuess:0.00}), right on {f.ExactCounts:0%}; streaks found {f.StreakRecall:0%}, points {f.PointRecall:0%}; {f.Frames} frames, {f.Objects} objects, {f.Points} of them points"));
        }
    }

    // the twin draws boxes around what can be seen
    private static IReadOnlyList<LabelledPicture> RealOf(Arguments arguments, Recipe recipe) => arguments.Text("--data") is { } data
        ? TrainingSets.Load(data.Split(','), DataCommand.OptionsOf(arguments) with { Classes = recipe.Classes }, recipe.Scenes.Count > 0 ? BoxPolicy.Modal : BoxPolicy.Unknown, named: recipe.Head == HeadKinds.Classes)
        : [];

    private void Tell(TrainingReport report, string folder)
    {
        Tell("base", report.Before);
        Tell("dense", report.Dense);
        Tell("dense, trained as long", report.Control);
        Tell("result", report.After);
        if (report.Named is { } named)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accuracy {named.Accuracy:0.000}, mean over classes {named.MeanRecall:0.000} ({named.Pictures} pictures)"));
        }

        Tell(report.Variants);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.Combine(folder, TrainedFiles.Model)}: {report.SizeBytes} bytes, threshold {report.Threshold:0.00}, ONNX Runtime agrees within {report.EngineDifference:0.0e0}, {report.Seconds:0} s"));
    }

    private void Tell(string name, DetectionScores? scores)
    {
        if (scores is not null)
        {
            output.WriteLine($"{name}: {EvaluateCommand.Line(scores)}");
        }
    }
}
