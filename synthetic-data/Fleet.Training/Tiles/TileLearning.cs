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

/// <summary>Teaches the tile classifier; three times on the way it looks at fresh frames for what it takes for objects and learns that too.</summary>
internal sealed class TileLearning(Recipe recipe, long seed, Action<TrainingProgress> report, TimeProvider time) : IDisposable
{
    private const int Rounds = 4;
    private readonly Network _network = new(TilesGraph.Crops(seed));
    private readonly TilePool _pool = new();
    private readonly Scene _scene = Scene.Load(recipe.Scenes[0].Scene);

    /// <exception cref="ProblemException"><see cref="Problems.RecipeInvalid"/>: the scene cannot be cut up, or the rate is too high.</exception>
    public LearntTiles Run(CancellationToken cancellationToken)
    {
        Learn(TrainingRun.TrainStage, recipe.Train, sparsity: null, mines: true, cancellationToken);
        if (recipe.Sparsity != Pattern.Prune)
        {
            return new LearntTiles(_network.Export(), Dense: null, []);
        }

        var dense = _network.Export();
        var control = recipe.Control ? Control(cancellationToken) : null;
        using var pruned = TwoOfFour.Prune(_network);
        Learn(TrainingRun.RetrainStage, recipe.Retrain, pruned, mines: false, cancellationToken);
        return new LearntTiles(_network.Export(), dense, pruned.Dense) { Control = control };
    }

    /// <summary>The dense network trained on as long as the pruned one will be; afterwards it is as it was.</summary>
    private ModelProto Control(CancellationToken cancellationToken)
    {
        var before = Checkpoint.TakeWeights("tiles", _network);
        Learn(TrainingRun.RetrainStage, recipe.Retrain, sparsity: null, mines: false, cancellationToken);
        var control = _network.Export();
        before.RestoreWeights(_network);
        return control;
    }

    public void Dispose() => _network.Dispose();

    private void Learn(string stage, Schedule schedule, TwoOfFour? sparsity, bool mines, CancellationToken cancellationToken)
    {
        set_num_threads(recipe.Threads);
        using var optimiser = new AdamW(_network);
        using var mean = new RunningMean(_network, recipe.Average);
        var pace = new Pace(stage, schedule, stage == TrainingRun.TrainStage ? recipe.Retrain.Steps : 0, report, time);
        var each = Math.Max(1, schedule.Steps / Rounds);
        for (var step = 0; step < schedule.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (mines && step % each == 0 && step / each < Rounds)
            {
                Mine(step / each);
            }

            var loss = Step(optimiser, _pool.Draw(schedule.Batch, Chance.From(seed, stage, step)), schedule.RateAt(step));
            sparsity?.Apply();
            mean.Follow(step + 1);
            ThrowIfLost(loss, stage, step);
            pace.Tell(new LearnerStep(step + 1, loss));
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

    private void Mine(int round)
    {
        var count = Math.Max(1, recipe.Frames / Rounds);
        report(new TrainingProgress("mine", round, Rounds, Loss: null, EtaSeconds: null));
        var index = round * count;
        foreach (var frame in TiledFrames.Render(_scene, seed, index, count, recipe.Threads))
        {
            _pool.Add(frame, round == 0 ? null : Scores(frame), Chance.From(seed, "pool", index++));
        }
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
