using System.Text.Json;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Evaluation;
using Fleet.Training.Networks;
using Fleet.Training.Quantisation;
using Fleet.Training.Recipes;
using Fleet.Training.Reports;
using Fleet.Twin.Scenes;
using Fleet.Vision;

namespace Fleet.Training.Runs;

/// <summary>What a finished training is worth, and where it comes from.</summary>
/// <param name="Request">What to register.</param>
/// <param name="Report">What was measured.</param>
/// <param name="Files">Files that the request names, relative to the run's folder.</param>
internal sealed record FinishedTraining(VersionRequest Request, TrainingReport Report, IReadOnlyList<string> Files);

/// <summary>Turns trained networks into a folder of files: small network, golden clip, card and report.</summary>
internal sealed class Finishing(TrainingJob job, string folder, LossTrace trace, TimeProvider time, LearningCurve? curve = null)
{
    private const int ThresholdFrames = 40;
    private const int PairFrames = 64;
    private const int MostChosen = 400;

    // not the seed of the run and not that of the measurement
    private const long ThresholdSeed = 7001;

    private readonly Lazy<IReadOnlyList<TruthFrame>> _choice = new(() => [.. Seen(job, job.Recipe.Scenes.Count > 0
        ? TruthFrames.OfScene(job.Recipe.Scenes[0].Scene, ThresholdSeed, job.Recipe.Sparsity == Pattern.Prune && job.Recipe.Variants.Count > 0 ? PairFrames : ThresholdFrames)
        : TruthFrames.Of(job.Real)).Take(MostChosen)]);

    private readonly Lazy<IReadOnlyList<TruthFrame>> _held = HeldOf(job);
    private readonly HeadFit _fit = job.Fit();

    /// <summary>Frames to measure with; none of them was learnt from.</summary>
    public static Lazy<IReadOnlyList<TruthFrame>> HeldOf(TrainingJob job) => new(() => [.. Seen(job, job.Recipe.Evaluate.Scene is { } scene
        ? TruthFrames.OfScene(scene, job.Recipe.Evaluate.Seed, job.Recipe.Evaluate.Frames)
        : TruthFrames.Of(job.HeldOut))]);

    private static IEnumerable<TruthFrame> Seen(TrainingJob job, IEnumerable<TruthFrame> frames) => job.Fit().Head == HeadKinds.Classes
        ? TruthFrames.Cut(frames).Where(f => job.Recipe.Classes.Contains(f.Truth[0].Label))
        : frames;

    private string At(string file) => Path.Combine(folder, file);

    /// <param name="trained">From <see cref="TrainingRun"/>.</param>
    /// <param name="lineage">Parent, run and snapshot, where there are any; the rest is filled in.</param>
    /// <param name="started">Time stamp of the start.</param>
    public FinishedTraining Finish(TrainedNetworks trained, Lineage lineage, long started)
    {
        var small = HalfStorage.Of(trained.Model);
        var difference = Math.Max(EngineAgreement.Check(trained.Model, _fit.Input), EngineAgreement.Check(small, _fit.Input));
        var threshold = ChooseThreshold(small);
        lineage = Traced(lineage);
        Write(trained.Model, threshold, lineage, TrainedFiles.Wide);
        Write(small, threshold, lineage, TrainedFiles.Model);

        var start = job.Base is null || job.HasNewClasses ? null : Described(job.Base, threshold, lineage: null);
        var before = start is null ? null : Measure(start, "base.onnx");
        var dense = trained.Dense is null ? null : Measure(Described(trained.Dense, threshold, lineage), "dense.onnx");
        var control = trained.Control is null ? null : Measure(Described(trained.Control, threshold, lineage), "control.onnx");
        using var judge = new Judge(At(TrainedFiles.Model));
        var look = Look(judge);
        var forms = WriteVariants(trained, threshold, look?.Scores, judge);
        var measured = new TrainingReport(
            job.Recipe.Model.ToString(), job.Seed, job.Recipe.Scenes.Count == 0 ? 0 : job.Recipe.Frames, job.Learnt.Count,
            job.Recipe.Train.Steps + job.Recipe.Retrain.Steps, Math.Round(time.GetElapsedTime(started).TotalSeconds, 1),
            threshold, new FileInfo(At(TrainedFiles.Model)).Length, difference, before, dense, look?.Scores, trained.DenseLayers, forms)
        {
            Control = control,
            Named = look?.Named,
            Curve = curve?.Points ?? [],
        };
        if (look is not null)
        {
            RunReport.Write(folder, job, measured, look, judge, trace.Points);
        }

        var heldOut = HeldOutMeasure.Of(() => [.. Seen(job, TruthFrames.Of(job.Measured))], At(TrainedFiles.Model), start, At("base.onnx"));
        var request = Request(measured, lineage, heldOut) with { Report = look is null ? null : DigestOf(TrainedFiles.Page) };
        File.WriteAllText(At(TrainedFiles.Report), JsonSerializer.Serialize(measured, TrainingJson.Default.TrainingReport));
        File.WriteAllText(At(TrainedFiles.Card), JsonSerializer.Serialize(request, FleetJson.Strict.VersionRequest));
        string[] page = look is null ? [] : [TrainedFiles.Page];
        return new FinishedTraining(request, measured, [TrainedFiles.Model, .. Others(measured).Select(f => f.File), TrainedFiles.Golden, .. page]);
    }

    private ModelLook? Look(Judge judge) => CanMeasure() ? ModelLook.At(judge, _held.Value) : null;

    private bool CanMeasure()
    {
        trace.Tell(new TrainingProgress("evaluate", 0, _held.Value.Count, Loss: null, EtaSeconds: null));
        return _held.Value.Count > 0;
    }

    private float ChooseThreshold(ModelProto model)
    {
        var standard = _fit.ScoreThreshold ?? 0.3f;
        if (_fit.Head == HeadKinds.Classes)
        {
            return standard;
        }

        IEnumerable<TruthFrame> frames = job.HeldOut.Count > 0 ? [.. Seen(job, TruthFrames.Of(job.HeldOut))] : _choice.Value;
        OnnxFile.Write(model, At(TrainedFiles.Model));
        using var judge = new Judge(At(TrainedFiles.Model));
        var judged = judge.Look(frames);
        return judged.Sum(j => j.Truth.Count) == 0 ? standard : Judge.BestThreshold(judged);
    }

    private void Write(ModelProto model, float threshold, Lineage lineage, string file)
    {
        OnnxFile.Write(Described(model, threshold, lineage), At(file));
    }

    /// <summary>Writes into a file's metadata how it is used and where it comes from.</summary>
    private ModelProto Described(ModelProto model, float threshold, Lineage? lineage)
    {
        OnnxMetadata.Set(model, _fit with { ScoreThreshold = threshold });
        if (lineage is not null)
        {
            OnnxMetadata.Set(model, "fleet.lineage", JsonSerializer.Serialize(lineage with { Run = null }, FleetJson.Strict.Lineage));
        }

        return model;
    }

    private IReadOnlyList<VariantMeasure> WriteVariants(TrainedNetworks trained, float threshold, DetectionScores? reference, Judge judge)
    {
        var set = new VariantSet(folder, _fit with { ScoreThreshold = threshold }, _choice.Value, _held.Value);
        var (clip, forms) = set.Clip(judge, set.Write(job.Recipe.Variants, trained.Model, job.Recipe.Sparsity != Pattern.Dense, trained.Dense, reference));
        using var file = File.Create(At(TrainedFiles.Golden));
        clip.Write(file);
        return forms;
    }

    /// <summary>Listed forms beside the one that every version has.</summary>
    private IEnumerable<VariantMeasure> Others(TrainingReport measured) => measured.Variants.Where(f => f.Listed && f.Name != Main);

    private string Main => VariantKinds.Fp16 + (job.Recipe.Sparsity == Pattern.Dense ? "" : VariantNames.SparseSuffix);

    private Lineage Traced(Lineage lineage) => lineage with
    {
        Scene = job.Recipe.Scenes.Count > 0 ? Digest.Parse(Scene.Load(job.Recipe.Scenes[0].Scene).Digest) : null,
        Recipe = job.Recipe.Digest,
        Seed = job.Seed,
    };

    private DetectionScores? Measure(ModelProto model, string file)
    {
        if (!CanMeasure())
        {
            return null;
        }

        OnnxFile.Write(model, At(file));
        using var judge = new Judge(At(file));
        return DetectionMetrics.Judge(judge.Look(_held.Value), judge.Card.ScoreThreshold);
    }

    private VersionRequest Request(TrainingReport measured, Lineage lineage, IReadOnlyDictionary<string, double> heldOut) => new()
    {
        Model = job.Recipe.Model,
        Head = _fit.Head,
        Classes = _fit.Classes,
        Input = _fit.Input,
        Scores = _fit.Scores,
        NmsIou = _fit.NmsIou,
        ScoreThreshold = measured.Threshold,
        Variants = [new VariantUpload(Main, DigestOf(TrainedFiles.Model)), .. Others(measured).Select(f => new VariantUpload(f.Name, DigestOf(f.File)))],
        GoldenClip = DigestOf(TrainedFiles.Golden),
        Metrics = Metrics(measured, onScene: job.Recipe.Evaluate.Scene is not null).Concat(heldOut).ToDictionary(),
        Lineage = lineage,
    };

    private Digest DigestOf(string file) => Digest.Of(File.ReadAllBytes(At(file)));

    private static Dictionary<string, double> Metrics(TrainingReport measured, bool onScene)
    {
        var metrics = new Dictionary<string, double>();
        if (onScene)
        {
            // figures of versions are compared with each other: those of a few real frames stay in the report
            Add("", measured.After);
            Add("_before", measured.Before);
            Add("_dense", measured.Dense);
            if (measured.Named is { } named)
            {
                metrics["accuracy"] = Math.Round(named.Accuracy, 4);
            }
        }

        metrics["frames_synthetic"] = measured.Frames;
        metrics["frames_real"] = measured.RealFrames;
        metrics["steps"] = measured.Steps;
        metrics["seconds"] = measured.Seconds;
        return metrics;

        void Add(string suffix, DetectionScores? scores)
        {
            if (scores is not null)
            {
                metrics["map50" + suffix] = Math.Round(scores.Map50, 4);
                metrics["map75" + suffix] = Math.Round(scores.Map75, 4);
                metrics["map" + suffix] = Math.Round(scores.Map, 4);
                metrics["precision" + suffix] = Math.Round(scores.Precision, 4);
                metrics["recall" + suffix] = Math.Round(scores.Recall, 4);
            }
        }
    }
}
