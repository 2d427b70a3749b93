using System.Globalization;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Training.Datasets;
using Fleet.Training.Evaluation;
using Fleet.Training.Frames;
using Fleet.Training.Reports;
using Fleet.Training.Runs;
using Fleet.Vision;

namespace Fleet.Training.Commands;

/// <summary><c>evaluate</c>: how well a file detects on a scene or a set, run as a device runs it.</summary>
internal sealed class EvaluateCommand(TextWriter output)
{
    public const string Usage = "fleet-training evaluate --model FILE [--head HEAD] [--classes FILE] (--scene SCENE [--seed S] [--count N] | --data DIR [--format F] [--split S] | --images DIR [--labels DIR]) [--least-px N] [--report FILE.html] [--json FILE] [--draw DIR]";

    public void Run(Arguments arguments)
    {
        using var judge = new Judge(arguments.Needed("--model"), new HeadRequest
        {
            Head = arguments.Text("--head"),
            Classes = arguments.Text("--classes") is { } names ? [.. File.ReadLines(names).Select(l => l.Trim()).Where(l => l.Length > 0)] : null,
        });
        var draw = arguments.Text("--draw") is { } folder ? Directory.CreateDirectory(folder).FullName : null;
        var sizes = new List<(int Width, int Height)>();
        var look = ModelLook.At(judge, Frames(arguments, judge.Card), (frame, found) =>
        {
            sizes.Add((frame.Frame.WidthPx, frame.Frame.HeightPx));
            if (draw is not null)
            {
                Drawing.Write(Path.Combine(draw, frame.Name + ".png"), frame, found, judge.Card.ScoreThreshold);
            }
        });
        if (look.Evaluation.Frames == 0)
        {
            throw new ProblemException(Problems.RequestInvalid, "There is no frame to look at: give a folder with pictures, or a count above 0.");
        }

        output.WriteLine(look.Named is { } named
            ? string.Create(CultureInfo.InvariantCulture, $"accuracy {named.Accuracy:0.000}  mean over classes {named.MeanRecall:0.000}  ({named.Pictures} pictures)")
            : Line(look.Scores));
        var large = arguments.Real("--least-px") is { } least ? LargeObjects.Of(look.Evaluation, judge.Card, sizes, least) : null;
        if (large is not null)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"of objects from {large.LeastPx:0} px (root of the area, at the network's size): mAP@.5 {large.Map50:0.000}  mAP@.75 {large.Map75:0.000}  ({large.Objects} objects)"));
        }

        if (arguments.Text("--json") is { } file)
        {
            File.WriteAllText(file, Figures(look, large));
        }

        if (arguments.Text("--report") is { } page)
        {
            var model = arguments.Needed("--model");
            EvaluationReport.Write(page, look.Report($"{Path.GetFileNameWithoutExtension(model)} on {Source(arguments)}", model, judge.Card, Source(arguments)));
        }
    }

    /// <summary>The scores, and beside them what else was measured.</summary>
    private static string Figures(ModelLook look, LargeObjects? large)
    {
        var figures = JsonSerializer.SerializeToNode(look.Scores, TrainingJson.Default.DetectionScores)!.AsObject();
        figures["large"] = JsonSerializer.SerializeToNode(large, EvaluationJson.Default.LargeObjects);
        figures["named"] = JsonSerializer.SerializeToNode(look.Named, EvaluationJson.Default.ClassificationScores);
        return figures.ToJsonString();
    }

    private static string Source(Arguments arguments) => arguments.Text("--scene") is { } scene
        ? $"{Path.GetFileName(scene)}, seed {arguments.Number("--seed") ?? 1}"
        : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(arguments.Text("--data") ?? arguments.Text("--images") ?? "")));

    /// <summary>The figures in a line.</summary>
    public static string Line(DetectionScores s) => string.Create(
        CultureInfo.InvariantCulture,
        $"mAP@.5 {s.Map50:0.000}  mAP@.75 {s.Map75:0.000}  mAP {s.Map:0.000}  precision {s.Precision:0.000}  recall {s.Recall:0.000}  count error {s.CountError:0.00}  ({s.Frames} frames, {s.Objects} objects)");

    private static IEnumerable<TruthFrame> Frames(Arguments arguments, ModelCard card)
    {
        var named = card.Head == HeadKinds.Classes;
        var frames = (arguments.Text("--scene"), arguments.Text("--data"), arguments.Text("--images")) switch
        {
            ({ } scene, null, null) => TruthFrames.OfScene(scene, arguments.Number("--seed") ?? 1, (int)(arguments.Number("--count") ?? 100)),
            (null, { } data, null) => TruthFrames.Of(TrainingSets.Labelled(TrainingSets.Sound(data, DataCommand.OptionsOf(arguments) with { Classes = card.Classes }, named), arguments.Text("--split"))),
            (null, null, { } images) => TruthFrames.Of(PictureFolders.Read(images, arguments.Text("--labels"), card.Classes)),
            _ => throw new ProblemException(Problems.RequestInvalid, $"Give one of --scene, --data and --images. Usage: {Usage}"),
        };
        return named ? TruthFrames.Cut(frames) : frames;
    }
}
