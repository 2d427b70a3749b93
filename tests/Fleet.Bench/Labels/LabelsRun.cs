using System.Text;
using Fleet.Bench.Training;
using Fleet.Contracts;

namespace Fleet.Bench.Labels;

/// <summary>One point of a curve.</summary>
/// <param name="Arm">How it was chosen; <see cref="BaseArm"/> before anything was.</param>
/// <param name="Seed">Of the repetition.</param>
/// <param name="Round">0 for the model that all start from.</param>
/// <param name="Boxes">Labelled so far.</param>
/// <param name="Frames">Labelled so far.</param>
/// <param name="Ap50">On held-out frames.</param>
/// <param name="Ap75">On held-out frames.</param>
internal sealed record LabelsPoint(string Arm, int Seed, int Round, int Boxes, int Frames, double Ap50, double Ap75)
{
    public const string BaseArm = "base";
}

/// <summary>Choose, label, learn from one base, measure, round after round; each training is kept, so that a bench that was killed goes on.</summary>
internal sealed class LabelsRun(LabelsPlan plan, string model, string folder)
{
    private const double LeastPx = 24;
    private readonly Trainer _trainer = new(folder);

    public async Task<LabelsPoint> BaseAsync(Field field, int seed, CancellationToken cancellationToken)
    {
        var figures = await MeasureAsync(model, Path.Combine(folder, $"seed{seed}", "base.onnx"), field, cancellationToken);
        return new(LabelsPoint.BaseArm, seed, Round: 0, Boxes: 0, Frames: 0, figures.Ap50, figures.Ap75);
    }

    public async Task<IReadOnlyList<LabelsPoint>> ArmAsync(string arm, Field field, int seed, CancellationToken cancellationToken)
    {
        var at = Path.Combine(folder, $"seed{seed}", arm);
        // what a camera remembers is made anew with the choices; trainings are not
        if (Directory.Exists(at))
        {
            Directory.Delete(at, recursive: true);
        }

        var (labelled, current, points) = (new List<string>(), model, new List<LabelsPoint>());
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var here = Directory.CreateDirectory(Path.Combine(at, $"round{round}")).FullName;
            IReadOnlyList<IReadOnlyList<string>> cameras = [.. field.Rounds[round - 1].Select(c => (IReadOnlyList<string>)[.. c.Except(labelled)])];
            var boxes = (round * plan.BoxesPerRound) - labelled.Sum(Field.BoxesOn);
            var order = await Chooser.ChooseAsync(arm, new(current, cameras, boxes, (seed * 1000) + round, here), cancellationToken);
            Label(order, boxes, labelled);
            current = await TrainAsync(arm, round, labelled, seed, cancellationToken);
            var figures = await MeasureAsync(current, Path.Combine(here, "measured.onnx"), field, cancellationToken);
            points.Add(new(arm, seed, round, labelled.Sum(Field.BoxesOn), labelled.Count, figures.Ap50, figures.Ap75));
            Benches.Say(FormattableString.Invariant($"  {arm}, seed {seed}, round {round}: {points[^1].Boxes} boxes on {points[^1].Frames} frames, AP@.5 {figures.Ap50:0.000}, AP@.75 {figures.Ap75:0.000}"));
        }

        return points;
    }

    /// <summary>Frame after frame until the boxes are drawn; the last frame is labelled to its end.</summary>
    private static void Label(IReadOnlyList<string> order, int boxes, List<string> labelled)
    {
        foreach (var picture in order)
        {
            if (boxes <= 0)
            {
                return;
            }

            labelled.Add(picture);
            boxes -= Field.BoxesOn(picture);
        }
    }

    private async Task<string> TrainAsync(string arm, int round, List<string> labelled, int seed, CancellationToken cancellationToken)
    {
        // other labels are another training
        var names = Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', labelled.Select(Path.GetFileName)))).Hex[..12];
        var set = Path.Combine(folder, $"seed{seed}", "labelled", names);
        foreach (var part in labelled.GroupBy(Field.SetOf))
        {
            PhotoSplit.Copy(part, part.Key, set);
        }

        Field.Name(set);
        var run = await _trainer.TrainAsync($"{arm}{round}", plan.Recipe, seed, ["--from", model, "--data", set, "--policy", "modal"], cancellationToken);
        return Path.Combine(run, "model.onnx");
    }

    private async Task<PhotoFigures> MeasureAsync(string which, string own, Field field, CancellationToken cancellationToken)
    {
        // figures are written beside the model, which may lie where nothing can be written
        Directory.CreateDirectory(Path.GetDirectoryName(own)!);
        File.Copy(which, own, overwrite: true);
        return await _trainer.MeasureAsync(own, field.Test, LeastPx, cancellationToken);
    }
}
