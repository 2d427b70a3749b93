using System.Globalization;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Datasets;
using Fleet.Training.Distilling;
using Fleet.Training.Evaluation;
using Fleet.Training.Frames;
using Fleet.Training.Recipes;
using Fleet.Training.Runs;
using Fleet.Vision;

namespace Fleet.Training.Commands;

/// <summary><c>sparsify</c>: any network in, the same network with 2:4 weights out.</summary>
internal sealed class SparsifyCommand(TextWriter output, TimeProvider time)
{
    public const string Usage = "fleet-training sparsify FILE --data DIR --out DIR [--steps N] [--batch N] [--rate R] [--threads N] [--seed S]";
    private const int EachHeldOut = 6;
    private const int MostHeldOut = 60;

    public void Run(Arguments arguments, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var path = File.Exists(arguments.Words[0]) ? arguments.Words[0] : throw new ProblemException(Problems.RequestInvalid, $"There is no file {arguments.Words[0]}. Usage: {Usage}");
        var model = OnnxFile.Read(path);
        var feeding = Feeding.Of(model);
        var input = feeding.Input ?? throw new ProblemException(Problems.ModelHead, $"{path} takes no pictures, and only with pictures can a network be recovered here. {feeding.Why}");
        var folder = Directory.CreateDirectory(arguments.Needed("--out")).FullName;
        output.WriteLine(feeding.Fit is { } fit
            ? $"Head {fit.Head}, {fit.Classes.Count} classes, {Text(input)}. Recovery learns from the dense network's answers: no labels are used."
            : $"{feeding.Why} Recovery only learns to answer as the dense network does, so that is no hindrance; pictures are fed as {Text(input)}.");

        var (learnt, heldOut) = Pictures(arguments.Needed("--data"));
        var options = new SparsifyOptions(
            new Schedule((int)(arguments.Number("--steps") ?? 300), (int)(arguments.Number("--batch") ?? 8), arguments.Real("--rate") ?? 5e-4), (int)(arguments.Number("--threads") ?? 2), arguments.Number("--seed") ?? 1, folder);
        var run = new SparsifyRun(
            model, new PictureSet(input, learnt.Select(p => Frames.Pictures.Read(p.Path))), new PictureSet(input, heldOut.Select(p => Frames.Pictures.Read(p.Path))), options, new ProgressLine(output, time).Tell, time);
        var result = run.Run(cancellationToken);
        var report = new SparsifyReport(
            Digest.Of(File.ReadAllBytes(path)).ToString(), feeding.Fit?.Head, learnt.Count, heldOut.Count, options.Schedule.Steps, 0, EngineAgreement.Check(result.Model, input), result.Before, result.After, null, null, result.Pruned, result.Dense);
        Write(result, report, folder, path, feeding.Fit, heldOut, started);
        run.Forget();
    }

    private static (IReadOnlyList<LabelledPicture> Learnt, IReadOnlyList<LabelledPicture> HeldOut) Pictures(string data)
    {
        var all = PictureFolders.Read(data, labels: null, classes: []);
        var heldOut = all.Where((_, i) => i % EachHeldOut == EachHeldOut - 1).Take(MostHeldOut).ToList();
        return heldOut.Count > 0
            ? ([.. all.Where((_, i) => i % EachHeldOut != EachHeldOut - 1)], heldOut)
            : throw new ProblemException(Problems.DatasetInvalid, $"{data} has {all.Count} pictures, wanted are at least {EachHeldOut}: every sixth is kept to measure on.");
    }

    private void Write(SparsifiedNetwork result, SparsifyReport report, string folder, string dense, HeadFit? fit, IReadOnlyList<LabelledPicture> heldOut, long started)
    {
        OnnxMetadata.Set(result.Model, "fleet.lineage", $$"""{"parent":"{{report.Parent}}","sparsity":"2:4","steps":{{report.Steps}}}""");
        if (fit is not null)
        {
            OnnxMetadata.Set(result.Model, fit);
        }

        var model = Path.Combine(folder, TrainedFiles.Model);
        OnnxFile.Write(result.Model, model);
        var finished = report with
        {
            Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 1),
            DetectionsBefore = fit is null ? null : Against(dense, result.Raw, Path.Combine(folder, "pruned.onnx"), heldOut),
            DetectionsAfter = fit is null ? null : Against(dense, result.Model, model, heldOut),
        };
        File.WriteAllText(Path.Combine(folder, TrainedFiles.Report), JsonSerializer.Serialize(finished, SparsifyJson.Default.SparsifyReport));
        Tell(finished, model);
    }

    /// <summary>The dense network's detections are the truth.</summary>
    private static DetectionScores Against(string dense, ModelProto model, string path, IReadOnlyList<LabelledPicture> pictures)
    {
        OnnxFile.Write(model, path);
        using var teacher = new Judge(dense, new HeadRequest { AllowUnnamed = true });
        using var student = new Judge(path, new HeadRequest { AllowUnnamed = true });
        var threshold = teacher.Card.ScoreThreshold;
        var frames = pictures.Select(p => (Frame: Frames.Pictures.Read(p.Path), Name: Path.GetFileName(p.Path)))
            .Select(p => new TruthFrame(p.Name, p.Frame, [.. teacher.Detect(p.Frame, threshold).Select(d => new Annotation(d.Label, d.Box))]));
        return DetectionMetrics.Judge(student.Look(frames), threshold);
    }

    private void Tell(SparsifyReport report, string path)
    {
        output.WriteLine($"{report.Pruned.Count} layers are 2:4, {report.Dense.Count} stay dense:");
        foreach (var group in report.Dense.GroupBy(d => d[(d.IndexOf(": ", StringComparison.Ordinal) + 2)..]))
        {
            output.WriteLine($"  {group.Key}: {string.Join(", ", group.Take(4).Select(d => d[..d.IndexOf(": ", StringComparison.Ordinal)]))}{(group.Count() > 4 ? $" and {group.Count() - 4} more" : "")}");
        }

        output.WriteLine($"On {report.HeldOut} pictures that were not learnt from, against the dense network:");
        Tell("pruned", report.Before, report.DetectionsBefore);
        Tell("recovered", report.After, report.DetectionsAfter);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: ONNX Runtime agrees within {report.EngineDifference:0.0e0}; {report.Steps} steps, {report.Seconds:0} s"));
    }

    private void Tell(string name, Agreement agreement, DetectionScores? detections)
    {
        var first = agreement.SameFirst is { } same ? string.Create(CultureInfo.InvariantCulture, $", the same class first for {same:0%}") : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: outputs differ by {agreement.Difference:0.0%} of their spread{first}"));
        if (detections is { Objects: > 0 })
        {
            output.WriteLine($"    its detections, the dense ones being the truth: {EvaluateCommand.Line(detections)}");
        }
    }

    private static string Text(InputSpec input) => $"{input.WidthPx}x{input.HeightPx} {input.Color}";
}
