using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Frames;
using Fleet.Training.Heads;
using Fleet.Training.Learning;
using Fleet.Training.Networks;
using Fleet.Training.Recipes;
using Fleet.Training.Sparsity;

namespace Fleet.Training.Runs;

/// <summary>Networks that came out of a run, with batch normalisation folded and metadata written, weights as float32.</summary>
/// <param name="Model">The result.</param>
/// <param name="Dense">The network before it was pruned; null where the run did not prune.</param>
/// <param name="DenseLayers">Convolutions that were not pruned, with the reason.</param>
internal sealed record TrainedNetworks(ModelProto Model, ModelProto? Dense, IReadOnlyList<string> DenseLayers)
{
    /// <summary>The dense network trained on as long as the pruned one; null where the recipe asks for none.</summary>
    public ModelProto? Control { get; init; }
}

/// <summary>What is taught, from what, and how its answers are judged.</summary>
internal sealed record Lesson(Network Network, Batches Batches, IHeadLoss Head);

/// <summary>Trains, prunes and trains again; a killed run goes on from its folder's checkpoint.</summary>
internal sealed class TrainingRun(TrainingJob job, string folder, Action<TrainingProgress> report, TimeProvider time, LearningCurve? curve = null)
{
    public const string TrainStage = "train";
    public const string RetrainStage = "fine-tune";
    public const string ControlStage = "control";
    private const string CheckpointFile = "checkpoint.bin";
    private const string DenseFile = "dense.onnx";
    private const string DenseState = "dense.bin";
    private const string ControlFile = "control.onnx";
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(20);

    private readonly string _fingerprint = job.Fingerprint();
    private readonly string _checkpoint = Path.Combine(folder, CheckpointFile);

    /// <exception cref="ProblemException">Recipe, base, scene or pictures cannot be used; the text says what to do.</exception>
    public async Task<TrainedNetworks> RunAsync(CancellationToken cancellationToken)
    {
        var fit = job.Fit();
        var real = Read(fit);
        if (job.Recipe.Scenes.Count == 0 && real.Count == 0)
        {
            throw new ProblemException(Problems.RecipeInvalid, "There is nothing to learn from: the recipe names no scene and no labelled frames were given.");
        }

        var start = job.Start(fit);
        using var network = new Network(start);
        var head = TrainableHeads.LossOf(start, network, fit);
        Freeze(network);
        await using var synthetic = new SyntheticFrames(job.Recipe, fit, job.Seed);
        var batches = new Batches(fit.Input, synthetic, real, job.Recipe.RealShare, job.Seed);
        var (dense, control, denseLayers) = await LearnAsync(new(network, batches, head), fit, cancellationToken);
        report(new TrainingProgress("export", 0, 1, Loss: null, EtaSeconds: null));
        return new TrainedNetworks(Finish(network, fit), dense, denseLayers) { Control = control };
    }

    /// <summary>Forgets the checkpoint; to be called when the result is safe.</summary>
    public void Forget()
    {
        File.Delete(_checkpoint);
        File.Delete(At(DenseState));
    }

    private string At(string file) => Path.Combine(folder, file);

    private async Task<(ModelProto? Dense, ModelProto? Control, IReadOnlyList<string> DenseLayers)> LearnAsync(Lesson lesson, HeadFit fit, CancellationToken cancellationToken)
    {
        var found = Checkpoint.Read(_checkpoint, _fingerprint);
        using var kept = job.Recipe.Sparsity == Pattern.Keep ? TwoOfFour.Keep(lesson.Network) : null;
        if (found is null or { Stage: TrainStage })
        {
            await StageAsync(TrainStage, job.Recipe.Train, lesson, kept, found, cancellationToken);
        }

        if (job.Recipe.Sparsity != Pattern.Prune)
        {
            return (null, null, kept?.Dense ?? []);
        }

        if (found is null or { Stage: TrainStage })
        {
            OnnxFile.Write(Finish(lesson.Network, fit), At(DenseFile));
            Checkpoint.TakeWeights(_fingerprint, lesson.Network).Write(At(DenseState));
        }

        if (job.Recipe.Control && found is not { Stage: RetrainStage })
        {
            await ControlAsync(lesson, fit, found is { Stage: ControlStage } ? found : null, cancellationToken);
        }

        var resumed = found is { Stage: RetrainStage } ? found : null;
        using var pruned = Prune(lesson.Network, resumed);
        await StageAsync(RetrainStage, job.Recipe.Retrain, lesson, pruned, resumed, cancellationToken);
        return (OnnxFile.Read(At(DenseFile)), job.Recipe.Control ? OnnxFile.Read(At(ControlFile)) : null, pruned.Dense);
    }

    /// <summary>The dense network trained on as long and on the same frames as the pruned one will be: what pruning costs is measured against this.</summary>
    private async Task ControlAsync(Lesson lesson, HeadFit fit, Checkpoint? resumed, CancellationToken cancellationToken)
    {
        await StageAsync(ControlStage, job.Recipe.Retrain, lesson, sparsity: null, resumed, cancellationToken);
        OnnxFile.Write(Finish(lesson.Network, fit), At(ControlFile));
        (Checkpoint.Read(At(DenseState), _fingerprint) ?? throw new ProblemException(Problems.RecipeInvalid, $"{At(DenseState)} is missing or damaged: delete {folder} and train anew.")).RestoreWeights(lesson.Network);
    }

    private TwoOfFour Prune(Network network, Checkpoint? resumed)
    {
        report(new TrainingProgress("prune", 0, 1, Loss: null, EtaSeconds: null));
        resumed?.RestoreWeights(network);
        return TwoOfFour.Prune(network);
    }

    private async Task StageAsync(string stage, Schedule schedule, Lesson lesson, TwoOfFour? sparsity, Checkpoint? found, CancellationToken cancellationToken)
    {
        var network = lesson.Network;
        using var learner = new Learner(network, lesson.Batches, lesson.Head, job.Recipe.Threads);
        using var mean = new RunningMean(network, job.Recipe.Average);
        found?.Restore(network, learner.Optimiser, mean);
        var pace = new Pace(stage, schedule, Later(stage), report, time);
        var stored = time.GetTimestamp();
        // the control sees the frames that the pruned network will see
        await learner.LearnAsync(stage == ControlStage ? RetrainStage : stage, schedule, sparsity, mean, After, cancellationToken);
        mean.Settle();

        void After(LearnerStep at)
        {
            pace.Tell(at);
            if (stage == TrainStage && job.Recipe.Evaluate.Every > 0 && at.Step % job.Recipe.Evaluate.Every == 0)
            {
                mean.Within(() => curve?.Add(at.Step, Finish(network, job.Fit())));
            }

            if (at.Step == schedule.Steps || time.GetElapsedTime(stored) > CheckpointEvery)
            {
                Checkpoint.Take(_fingerprint, stage, network, learner.Optimiser, mean).Write(_checkpoint);
                stored = time.GetTimestamp();
            }
        }
    }

    private int Later(string stage) => job.Recipe.Sparsity != Pattern.Prune || stage == RetrainStage ? 0
        : job.Recipe.Retrain.Steps * (stage == TrainStage && job.Recipe.Control ? 2 : 1);

    private List<LabelledFrame> Read(HeadFit fit)
    {
        var unknown = job.Real.SelectMany(p => p.Annotations).FirstOrDefault(a => !fit.Classes.Contains(a.Label));
        if (unknown is not null)
        {
            throw new ProblemException(Problems.RecipeInvalid, $"A frame has a box labelled '{unknown.Label}', but the model finds [{string.Join(", ", fit.Classes)}]: correct the label, or train a model with that class.");
        }

        var maker = new FrameMaker(fit.Input, fit.Classes, fit.Head == HeadKinds.Classes);
        return [.. job.Learnt.SelectMany(p => maker.Make(Pictures.Read(p.Path), p.Annotations))];
    }

    private void Freeze(Network network)
    {
        foreach (var prefix in job.Recipe.Freeze)
        {
            var frozen = network.Weights.Where(w => w.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            if (frozen.Count == 0)
            {
                throw new ProblemException(Problems.RecipeInvalid, $"The recipe freezes '{prefix}', but no weight's name starts so: {string.Join(", ", network.Weights.Keys)}.");
            }

            foreach (var weight in frozen)
            {
                weight.Value.requires_grad_(false);
            }
        }
    }

    private static ModelProto Finish(Network network, HeadFit fit)
    {
        var model = BatchNormFolding.Fold(network.Export());
        OnnxMetadata.Set(model, fit);
        return model;
    }
}
