using System.Globalization;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Datasets;
using Fleet.Training.Distilling;
using Fleet.Training.Evaluation;
using Fleet.Training.Frames;
using Fleet.Training.Quantisation;
using Fleet.Training.Runs;

namespace Fleet.Training.Commands;

/// <summary><c>variants</c>: one network in every form that a device may race, and a golden clip that all of them reproduce.</summary>
internal sealed class VariantsCommand(TextWriter output, TimeProvider time)
{
    public const string Usage = "fleet-training variants FILE --out DIR (--scene SCENE [--seed S] | --data DIR) [--count N] [--card FILE]";
    private const int StandardCount = 64;

    // of a scene; not the one of any training or measurement
    private const long StandardSeed = 7002;

    public void Run(Arguments arguments)
    {
        var path = arguments.Words[0];
        var model = File.Exists(path) ? OnnxFile.Read(path) : throw new ProblemException(Problems.RequestInvalid, $"There is no file {path}. Usage: {Usage}");
        var feeding = Feeding.Of(model);
        var folder = Directory.CreateDirectory(arguments.Needed("--out")).FullName;
        var frames = FramesOf(arguments);
        if (feeding.Fit is { } fit)
        {
            Known(path, model, fit, frames, folder, arguments.Text("--card"));
        }
        else
        {
            output.WriteLine(feeding.Why);
            Unknown(model, feeding.Input ?? throw new ProblemException(Problems.ModelHead, $"{path} takes no pictures."), frames, folder);
        }
    }

    private void Known(string path, ModelProto model, HeadFit fit, List<TruthFrame> frames, string folder, string? card)
    {
        var isSparse = SparsityReport.Of(model).Where(l => l.Eligible).ToList() is { Count: > 0 } layers && layers.All(l => l.Valid);
        using var judge = new Judge(path, new HeadRequest { AllowUnnamed = true });
        var set = new VariantSet(folder, fit, frames, []);
        var (clip, forms) = set.Clip(judge, set.Write(VariantKinds.All, model, isSparse, dense: null, reference: null));
        using (var golden = File.Create(Path.Combine(folder, TrainedFiles.Golden)))
        {
            clip.Write(golden);
        }

        foreach (var form in forms)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{form.Name,-14} {form.SizeBytes,10:#,0} bytes, {MillisecondsOf(Path.Combine(folder, form.File), frames):0.00} ms a frame{(form.Remark is { } remark ? $"; not listed: {remark}" : "")}"));
        }

        output.WriteLine($"{Path.Combine(folder, TrainedFiles.Golden)}: {clip.Frames.Count} frames on which all listed forms agree, of {frames.Count}");
        if (card is not null)
        {
            WriteCard(card, folder, forms);
        }
    }

    /// <summary>Forms that the card has keep their files; listed forms in 8 bits for processors join it.</summary>
    private static void WriteCard(string card, string folder, IReadOnlyList<VariantMeasure> forms)
    {
        var before = JsonSerializer.Deserialize(File.ReadAllBytes(card), FleetJson.Strict.VersionRequest) ?? throw new ProblemException(Problems.RequestInvalid, $"{card} holds no version request.");
        var added = forms.Where(f => f.Listed && f.Name.StartsWith(VariantKinds.Int8, StringComparison.Ordinal) && !f.Name.StartsWith(VariantKinds.Int8TensorRt, StringComparison.Ordinal));
        var after = before with
        {
            Variants = [.. before.Variants.Where(v => added.All(a => a.Name != v.Name)), .. added.Select(f => new VariantUpload(f.Name, Digest.Of(File.ReadAllBytes(Path.Combine(folder, f.File)))))],
            GoldenClip = Digest.Of(File.ReadAllBytes(Path.Combine(folder, TrainedFiles.Golden))),
        };
        File.WriteAllText(Path.Combine(folder, TrainedFiles.Card), JsonSerializer.Serialize(after, FleetJson.Strict.VersionRequest));
    }

    private void Unknown(ModelProto model, InputSpec input, List<TruthFrame> frames, string folder)
    {
        var maker = new VariantMaker(model, new PictureSet(input, frames.Select(f => f.Frame)));
        foreach (var kind in VariantKinds.All)
        {
            var file = Path.Combine(folder, kind + ".onnx");
            OnnxFile.Write(maker.Make(kind), file);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-14} {new FileInfo(file).Length,10:#,0} bytes"));
        }
    }

    /// <summary>Median, with what comes before and after the network.</summary>
    private double MillisecondsOf(string file, List<TruthFrame> frames)
    {
        using var judge = new Judge(file, new HeadRequest { AllowUnnamed = true });
        judge.Detect(frames[0].Frame, judge.Card.ScoreThreshold);
        var times = frames.ConvertAll(frame =>
        {
            var started = time.GetTimestamp();
            judge.Detect(frame.Frame, judge.Card.ScoreThreshold);
            return time.GetElapsedTime(started).TotalMilliseconds;
        });
        times.Sort();
        return times[times.Count / 2];
    }

    private static List<TruthFrame> FramesOf(Arguments arguments)
    {
        var count = (int)(arguments.Number("--count") ?? StandardCount);
        List<TruthFrame> frames = (arguments.Text("--scene"), arguments.Text("--data")) switch
        {
            ({ } scene, null) => [.. TruthFrames.OfScene(scene, arguments.Number("--seed") ?? StandardSeed, count)],
            (null, { } data) => [.. TruthFrames.Of(PictureFolders.Read(data, labels: null, classes: []).Take(count))],
            _ => throw new ProblemException(Problems.RequestInvalid, $"Give one of --scene and --data. Usage: {Usage}"),
        };
        return frames.Count > 0 ? frames : throw new ProblemException(Problems.RequestInvalid, "There is no frame to find the ranges on: give a folder with pictures, or a count above 0.");
    }
}
