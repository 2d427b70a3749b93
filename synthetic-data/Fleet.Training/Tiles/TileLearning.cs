using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;
using Fleet.Training.Learning;
using Fleet.Training.Networks;
using Fleet.Training.Recipes;
using Fleet.Training.Runs;
using Fleet.Training.Sparsity;
using Fleet.Twin.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Tiles;

/// <summary>What came out.</summary>
/// <param name="Model">The list form.</param>
/// <param name="Dense">The same before pruning; null where nothing was pruned.</param>
/// <param name="DenseLayers">Layers that were left dense, with the reason.</param>
internal sealed record LearntTiles(ModelProto Model, ModelProto? Dense, IReadOnlyList<string> DenseLayers)
{
    /// <summary>The dense network trained on as long as the pruned one; null where the recipe asks for none.</summary>
    public ModelProto? Control { get; init; }
}

/// <summary>
/// Teaches the tile classifier; three times on the way it looks at fresh frames for what it takes for objects and learns that too.
/// A killed run goes on from its folder and ends with the same weights.
/// </summary>
internal sealed class TileLearning(Recipe recipe, long seed, string folder, Action<TrainingProgress> report, TimeProvider time) : IDisposable
{
    private const int Searches = 4;
    private const string DenseWeights = "dense";
    private const string ControlWeights = "control";
    private static readonly TimeSpan StoreEvery = TimeSpan.FromSeconds(20);

    private readonly Network _network = new(TilesGraph.Crops(seed));
    private readonly TilePool _pool = new();
    private readonly Scene _scene = Scene.Load(recipe.Scenes[0].Scene);
    private readonly TileProgress _progress = new(folder, $"{recipe.Digest}|{seed}|{Scene.Load(recipe.Scenes[0].Scene).Digest}");

    /// <exception cref="ProblemException"><see cref="Problems.RecipeInvalid"/>: the scene cannot be cut up, or the rate is too high.</exception>
    public LearntTiles Run(CancellationToken cancellationToken)
    {
        var found = Resumable();
        if (found is null or { Stage: TrainingRun.TrainStage })
        {
            Learn(TrainingRun.TrainStage, recipe.Train, sparsity: null, found, cancellationToken);
            _progress.StoreWeights(DenseWeights, _network);
        }

        if (recipe.Sparsity != Pattern.Prune)
        {
            return new LearntTiles(_network.Export(), Dense: null, []);
        }

        if (recipe.Control && found is not { Stage: TrainingRun.RetrainStage })
        {
            Learn(TrainingRun.ControlStage, recipe.Retrain, sparsity: null, found is { Stage: TrainingRun.ControlStage } ? found : null, cancellationToken);
            _progress.StoreWeights(ControlWeights, _network);
        }

        var dense = Exported(DenseWeights);
        var control = recipe.Control ? Exported(ControlWeights) : null;
        var resumed = found is { Stage: TrainingRun.RetrainStage } ? found : null;
        (resumed ?? _progress.Weights(DenseWeights)!).RestoreWeights(_network);
        using var pruned = TwoOfFour.Prune(_network);
        Learn(TrainingRun.RetrainStage, recipe.Retrain, pruned, resumed, cancellationToken);
        return new LearntTiles(_network.Export(), dense, pruned.Dense) { Control = control };
    }

    /// <summary>Deletes what a killed run would go on from; to be called when the result is safe.</summary>
    public void Forget() => _progress.Forget();

    public void Dispose() => _network.Dispose();

    /// <summary>The state to go on from, with the pool as it was; null where something of it is missing.</summary>
    private Checkpoint? Resumable()
    {
        if (_progress.Found() is not { } found)
        {
            return null;
        }

        var isFirst = found.Stage == TrainingRun.TrainStage;
        var finds = _progress.Finds(isFirst ? SearchesBefore(found.Step) : Searches);
        var isWhole = isFirst || (_progress.Weights(DenseWeights) is not null
            && (found.Stage != TrainingRun.RetrainStage || !recipe.Control || _progress.Weights(ControlWeights) is not null));
        if (finds is null || !isWhole)
        {
            return null;
        }

        foreach (var some in finds)
        {
            _pool.Add(some);
        }

        report(new TrainingProgress("resume", found.Step, isFirst ? recipe.Train.Steps : recipe.Retrain.Steps, Loss: null, EtaSeconds: null));
        return found;
    }

    private int Each => Math.Max(1, recipe.Train.Steps / Searches);

    private int SearchesBefore(int step) => Math.Min(Searches, (step + Each - 1) / Each);

    private ModelProto Exported(string weights)
    {
        _progress.Weights(weights)!.RestoreWeights(_network);
        return _network.Export();
    }

    private void Learn(string stage, Schedule schedule, TwoOfFour? sparsity, Checkpoint? found, CancellationToken cancellationToken)
    {
        set_num_threads(recipe.Threads);
        using var optimiser = new AdamW(_network);
        using var mean = new RunningMean(_network, recipe.Average);
        found?.Restore(_network, optimiser, mean);
        var pace = new Pace(stage, schedule, stage == TrainingRun.TrainStage ? recipe.Retrain.Steps : 0, report, time);
        var stored = time.GetTimestamp();
        // the control sees the tiles that the pruned network will see
        var draws = stage == TrainingRun.ControlStage ? TrainingRun.RetrainStage : stage;
        for (var step = found?.Step ?? 0; step < schedule.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isSearched = stage == TrainingRun.TrainStage && step % Each == 0 && step / Each < Searches;
            if (isSearched)
            {
                Search(step / Each);
            }

            var loss = Step(optimiser, _pool.Draw(schedule.Batch, Chance.From(seed, draws, step)), schedule.RateAt(step));
            sparsity?.Apply();
            mean.Follow(step + 1);
            ThrowIfLost(loss, stage, step);
            pace.Tell(new LearnerStep(step + 1, loss));
            if (isSearched || step + 1 == schedule.Steps || time.GetElapsedTime(stored) > StoreEvery)
            {
                _progress.Store(stage, _network, optimiser, mean);
                stored = time.GetTimestamp();
            }
        }

        mean.Settle();
    }

    private double Step(AdamW optimiser, TileBatch batch, double rate)
    {
        using var scope = NewDisposeScope();
        var values = _network.Run(tensor(batch.Pixels, [batch.Count, TilesGraph.Side * TilesGraph.Side], dtype: ScalarType.Byte), learning: true);
        var loss = nn.functional.binary_cross_entropy_with_logits(values[TilesGraph.Logits], tensor(batch.Wanted, [batch.Count, 1]));
        optimiser.ClearGradients();
        loss.backward();
        optimiser.Take(rate);
        return loss.ToDouble();
    }

    private void Search(int search)
    {
        var count = Math.Max(1, recipe.Frames / Searches);
        report(new TrainingProgress("search", search, Searches, Loss: null, EtaSeconds: null));
        var index = search * count;
        var finds = new TileFinds();
        foreach (var frame in TiledFrames.Render(_scene, seed, index, count, recipe.Threads))
        {
            finds.Add(frame, search == 0 ? null : Scores(frame), Chance.From(seed, "pool", index++));
        }

        _progress.Store(search, finds);
        _pool.Add(finds);
    }

    private float[] Scores(TiledFrame frame)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        return Network.Values(_network.Run(tensor(frame.Pixels, [frame.Marks.Count, TilesGraph.Side * TilesGraph.Side], dtype: ScalarType.Byte), learning: false)[TilesGraph.Logits]);
    }

    private static void ThrowIfLost(double loss, string stage, int step)
    {
        if (!double.IsFinite(loss))
        {
            throw new ProblemException(Problems.RecipeInvalid, $"At step {step + 1} of '{stage}' the loss is no number any more: lower the rate in the recipe.");
        }
    }
}
