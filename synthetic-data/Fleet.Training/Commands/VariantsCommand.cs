using System.Globalization;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Training.Datasets;
using Fleet.Training.Distilling;
using Fleet.Training.Evaluation;
using Fleet.Training.Frames;
using Fleet.Training.Quantisation;
using Fleet.Vision;

namespace Fleet.Training.Commands;

/// <summary><c>variants</c>: one network in every form that a device may race.</summary>
internal sealed class VariantsCommand(TextWriter output, TimeProvider time)
{
    public const string Usage = "fleet-training variants FILE --out DIR (--scene SCENE [--seed S] | --data DIR) [--count N] [--golden FILE]";
    private const int StandardCount = 64;

    // of a scene; not the one of any training or measurement
    private const long StandardSeed = 7002;

    public void Run(Arguments arguments)
    {
        var path = arguments.Words[0];
        var model = File.Exists(path) ? OnnxFile.Read(path) : throw new ProblemException(Problems.RequestInvalid, $"There is no file {path}. Usage: {Usage}");
        var feeding = Feeding.Of(model);
        var input = feeding.Input ?? throw new ProblemException(Problems.ModelHead, $"{path} takes no pictures. {feeding.Why}");
        var folder = Directory.CreateDirectory(arguments.Needed("--out")).FullName;
        var frames = FramesOf(arguments);
        var golden = arguments.Text("--golden") is { } clip ? ReadClip(clip) : null;
        var maker = new VariantMaker(model, new PictureSet(input, frames));
        var suffix = SparsityReport.Of(model).Where(l => l.Eligible).ToList() is { Count: > 0 } layers && layers.All(l => l.Valid) ? VariantNames.SparseSuffix : "";
        foreach (var kind in VariantKinds.All)
        {
            var file = Path.Combine(folder, $"{kind}{suffix.Replace(':', '-')}.onnx");
            OnnxFile.Write(maker.Make(kind), file);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind + suffix,-14} {new FileInfo(file).Length,10:#,0} bytes{(feeding.Fit is null ? "" : Tried(file, frames, golden))}  {file}"));
        }

        output.WriteLine($"8 bits: ranges from {frames.Count} frames; {string.Join(", ", maker.Heads)} stay float32.");
    }

    private string Tried(string file, List<Frame> frames, GoldenClip? golden)
    {
        using var judge = new Judge(file);
        judge.Detect(frames[0], judge.Card.ScoreThreshold);
        var times = new List<double>();
        foreach (var frame in frames)
        {
            var started = time.GetTimestamp();
            judge.Detect(frame, judge.Card.ScoreThreshold);
            times.Add(time.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        var told = golden is null ? "" : golden.Prove(png => Pictures.Decode(png, "golden"), frame => judge.Detect(frame, judge.Card.ScoreThreshold), judge.Card.ScoreThreshold) is { } difference ? $", golden clip not reproduced: {difference}" : ", golden clip reproduced";
        return string.Create(CultureInfo.InvariantCulture, $", {times[times.Count / 2]:0.00} ms a frame{told}");
    }

    private static List<Frame> FramesOf(Arguments arguments)
    {
        var count = (int)(arguments.Number("--count") ?? StandardCount);
        List<Frame> frames = (arguments.Text("--scene"), arguments.Text("--data")) switch
        {
            ({ } scene, null) => [.. TruthFrames.OfScene(scene, arguments.Number("--seed") ?? StandardSeed, count).Select(f => f.Frame)],
            (null, { } data) => [.. PictureFolders.Read(data, labels: null, classes: []).Take(count).Select(p => Pictures.Read(p.Path))],
            _ => throw new ProblemException(Problems.RequestInvalid, $"Give one of --scene and --data. Usage: {Usage}"),
        };
        return frames.Count > 0 ? frames : throw new ProblemException(Problems.RequestInvalid, "There is no frame to find the ranges on: give a folder with pictures, or a count above 0.");
    }

    private static GoldenClip ReadClip(string path)
    {
        using var file = File.OpenRead(path);
        return GoldenClip.Read(file);
    }
}
