using Fleet.Contracts;
using Fleet.Training.Heads;
using Fleet.Training.Networks;
using Fleet.Training.Recipes;
using Fleet.Training.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Learning;

/// <summary>How far a stage is.</summary>
internal readonly record struct LearnerStep(int Step, double Loss);

/// <summary>Teaches a network one stage: batch by batch, the next one made while the current one is learnt.</summary>
internal sealed class Learner(Network network, Batches batches, IHeadLoss head, int threads) : IDisposable
{
    private readonly AdamW _optimiser = new(network);

    public AdamW Optimiser => _optimiser;

    /// <summary>Learns from step <see cref="AdamW.Step"/> to the end of <paramref name="schedule"/>.</summary>
    /// <param name="stage">Its name; part of what its batches are drawn from.</param>
    /// <param name="schedule">Steps, batch and rate.</param>
    /// <param name="sparsity">Zeros to keep; null keeps none.</param>
    /// <param name="mean">Follows the weights.</param>
    /// <param name="after">Called after each step.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public async Task LearnAsync(
        string stage, Schedule schedule, TwoOfFour? sparsity, RunningMean mean, Action<LearnerStep> after, CancellationToken cancellationToken)
    {
        if (_optimiser.Step >= schedule.Steps)
        {
            return;
        }

        var next = Make(_optimiser.Step);
        while (_optimiser.Step < schedule.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = await next;
            next = _optimiser.Step + 1 < schedule.Steps ? Make(_optimiser.Step + 1) : Task.FromResult(batch);
            var loss = Learn(batch, schedule.RateAt(_optimiser.Step));
            sparsity?.Apply();
            mean.Follow(_optimiser.Step);
            ThrowIfLost(loss, stage);
            after(new LearnerStep(_optimiser.Step, loss));
        }

        Task<Batch> Make(int step) => Task.Run(() => batches.MakeAsync(stage, schedule, step, all: stage != Runs.TrainingRun.TrainStage, cancellationToken), cancellationToken);
    }

    public void Dispose() => _optimiser.Dispose();

    private double Learn(Batch batch, double rate)
    {
        // each thread of the pool has its own setting, and any of them may come here after an await
        set_num_threads(threads);
        _optimiser.ClearGradients();
        var (loss, each) = (0.0, network.FixedBatch ?? batch.Count);
        for (var first = 0; first < batch.Count; first += each)
        {
            loss += Backward(batch, first, Math.Min(each, batch.Count - first));
        }

        _optimiser.Take(rate);
        return loss;
    }

    /// <summary>Adds the gradients of a part of a batch: a graph that was made for one picture sees them one by one.</summary>
    private double Backward(Batch batch, int first, int count)
    {
        using var scope = NewDisposeScope();
        var (images, boxes) = batches.Part(batch, first, count);
        var whole = head.Of(network.Run(images, learning: true), boxes);
        var loss = count == batch.Count ? whole : whole.Times((double)count / batch.Count);
        loss.backward();
        return loss.ToDouble();
    }

    private void ThrowIfLost(double loss, string stage)
    {
        if (!double.IsFinite(loss))
        {
            throw new ProblemException(Problems.RecipeInvalid, $"At step {_optimiser.Step} of '{stage}' the loss is no number any more: lower the rate in the recipe.");
        }
    }
}
