using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Frames;
using Fleet.Training.Learning;
using Fleet.Training.Networks;
using Fleet.Training.Recipes;
using Fleet.Training.Sparsity;

namespace Fleet.Training.Runs;

/// <summary>Networks that came out of a run, with batch normalisation folded and metadata written, weights as float32.</summary>
/// <param name="Model">The result.</param>
/// <param name="Dense">The network before it was pruned; null where the run did not prune.</param>
/// <param name="DenseLayers">Convolutions that were not pruned, with the reason.</param>
internal sealed record TrainedNetworks(ModelProto Model, ModelProto? Dense, IReadOnlyList<string> DenseLayers);

/// <summary>Trains, prunes and trains again; a killed run goes on from its folder's checkpoint.</summary>
internal sealed class TrainingRun(TrainingJob job, string folder, Action<TrainingProgress> report, TimeProvider time)
{
    public const string TrainStage = "train";
    public const string RetrainStage = "fine-tune";
    private const string CheckpointFile = "checkpoint.bin";
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

        using var network = new Network(job.Start(fit));
        Freeze(network);
        await using var synthetic = new SyntheticFrames(job.Recipe, fit.Input, fit.Classes, job.Seed);
        var batches = new Batches(new FrameSize(fit.Input.WidthPx, fit.Input.HeightPx), fit.Classes.Count, synthetic, real, job.Recipe.RealShare, job.Seed);
        var (dense, denseLayers) = await LearnAsync(network, batches, fit, cancellationToken);
        report(new TrainingProgress("export", 0, 1, Loss: null, EtaSeconds: null));
        return new TrainedNetworks(Finish(network, fit), dense, denseLayers);
    }

    /// <summary>Forgets the checkpoint; to be called when the result is safe.</summary>
    public void Forget() => File.Delete(_checkpoint);

    private async Task<(ModelProto? Dense, IReadOnlyList<string> DenseLayers)> LearnAsync(Network network, Batches batches, HeadFit fit, CancellationToken cancellationToken)
    {
        var found = Checkpoint.Read(_checkpoint, _fingerprint);
        using var kept = job.Recipe.Sparsity == Pattern.Keep ? TwoOfFour.Keep(network) : null;
        if (found is null or { Stage: TrainStage })
        {
            await StageAsync(TrainStage, job.Recipe.Train, network, kept, batches, found, cancellationToken);
        }

        if (job.Recipe.Sparsity != Pattern.Prune)
        {
            return (null, kept?.Dense ?? []);
        }

        var densePath = Path.Combine(folder, "dense.onnx");
        if (found is not { Stage: RetrainStage })
        {
            OnnxFile.Write(Finish(network, fit), densePath);
        }

        var resumed = found is { Stage: RetrainStage } ? found : null;
        using var pruned = Prune(network, resumed);
        await StageAsync(RetrainStage, job.Recipe.Retrain, network, pruned, batches, resumed, cancellationToken);
        return (OnnxFile.Read(densePath), pruned.Dense);
    }

    private TwoOfFour Prune(Network network, Checkpoint? resumed)
    {
        report(new TrainingProgress("prune", 0, 1, Loss: null, EtaSeconds: null));
        resumed?.RestoreWeights(network);
        return TwoOfFour.Prune(network);
    }

    private async Task StageAsync(
        string stage, Schedule schedule, Network network, TwoOfFour? sparsity, Batches batches, Checkpoint? found, CancellationToken cancellationToken)
    {
        using var learner = new Learner(network, batches, job.Recipe.Classes.Count, job.Recipe.Threads);
        using var mean = new RunningMean(network, job.Recipe.Average);
        found?.Restore(network, learner.Optimiser, mean);
        var pace = new Pace(stage, schedule, stage == TrainStage ? job.Recipe.Retrain.Steps : 0, report, time);
        var stored = time.GetTimestamp();
        await learner.LearnAsync(stage, schedule, sparsity, mean, After, cancellationToken);
        mean.Settle();

        void After(LearnerStep at)
        {
            pace.Tell(at);
            if (at.Step == schedule.Steps || time.GetElapsedTime(stored) > CheckpointEvery)
            {
                Checkpoint.Take(_fingerprint, stage, network, learner.Optimiser, mean).Write(_checkpoint);
                stored = time.GetTimestamp();
            }
        }
    }

    private List<LabelledFrame> Read(HeadFit fit)
    {
        var unknown = job.Real.SelectMany(p => p.Annotations).FirstOrDefault(a => !fit.Classes.Contains(a.Label));
        if (unknown is not null)
        {
            throw new ProblemException(Problems.RecipeInvalid, $"A frame has a box labelled '{unknown.Label}', but the model finds [{string.Join(", ", fit.Classes)}]: correct the label, or train a model with that class.");
        }

        var maker = new FrameMaker(fit.Input, fit.Classes);
        return [.. job.Learnt.Select(p => maker.Make(Pictures.Read(p.Path), p.Annotations))];
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
