using System.Globalization;
using Fleet.Training.Evaluation;
using Fleet.Training.Recipes;
using Fleet.Training.Reports;
using Fleet.Vision;

namespace Fleet.Training.Runs;

/// <summary>The page that a training leaves beside its model.</summary>
internal static class RunReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="folder">The run's folder, with its model.</param>
    /// <param name="job">What was asked for.</param>
    /// <param name="measured">What came out.</param>
    /// <param name="look">The result on frames to measure with.</param>
    /// <param name="judge">That looked.</param>
    /// <param name="losses">Loss by step.</param>
    public static void Write(string folder, TrainingJob job, TrainingReport measured, ModelLook look, Judge judge, IReadOnlyList<(double Step, double Loss)> losses)
    {
        var page = look.Report(
            $"{measured.Model}: training run",
            Path.Combine(folder, TrainedFiles.Model),
            judge.Card,
            Frames(job),
            ("learnt from", $"{measured.Frames} synthetic and {measured.RealFrames} real frames"),
            ("recipe", $"{measured.Steps} steps, seed {measured.Seed}, {job.Recipe.Threads} threads, sparsity {job.Recipe.Sparsity.ToString().ToLowerInvariant()}; {job.Recipe.Digest}"),
            ("took", $"{measured.Seconds:0} s"),
            ("ONNX Runtime", string.Create(CultureInfo.InvariantCulture, $"agrees with training within {measured.EngineDifference:0.0e0}")));
        EvaluationReport.Write(Path.Combine(folder, TrainedFiles.Page), page with { Losses = losses, Learning = [.. measured.Curve.Select(p => ((double)p.Step, p.Map50))], Others = [.. Others(job, measured, look.Scores)] });
    }

    private static IEnumerable<(string, DetectionScores)> Others(TrainingJob job, TrainingReport measured, DetectionScores result)
    {
        (string Name, DetectionScores? Scores)[] all = [("base", measured.Before), ("dense parent", measured.Dense), ("dense, trained as long", measured.Control), (job.Recipe.Sparsity == Pattern.Dense ? "result" : "result, 2:4", result)];
        return all.Count(a => a.Scores is not null) < 2 ? [] : all.Where(a => a.Scores is not null).Select(a => (a.Name, a.Scores!));
    }

    private static string Frames(TrainingJob job) => job.Recipe.Evaluate.Scene is { } scene
        ? $"scene {Path.GetFileName(scene)}, seed {job.Recipe.Evaluate.Seed}, never learnt from"
        : "every sixth real frame, not learnt from, but the threshold was chosen on them";
}
