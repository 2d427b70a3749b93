using System.Text;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Learning;
using Fleet.Training.Networks;
using Fleet.Training.Recipes;
using Fleet.Training.Runs;
using Fleet.Training.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Distilling;

/// <summary>How a network is pruned and recovered.</summary>
/// <param name="Schedule">Steps, batch and rate of the recovery.</param>
/// <param name="Threads">Another number gives another result.</param>
/// <param name="Seed">Of what is drawn.</param>
/// <param name="Folder">Where a killed run leaves its checkpoint; null keeps none.</param>
internal sealed record SparsifyOptions(Schedule Schedule, int Threads, long Seed, string? Folder = null);

/// <summary>How near two networks are on pictures that were not learnt from.</summary>
/// <param name="Difference">Of all outputs, the mean: 0 is the same answer, 1 is no better than the mean answer.</param>
/// <param name="Outputs">Each output.</param>
/// <param name="SameFirst">Share of the pictures for which the same class comes first; null where the network is no classifier.</param>
internal sealed record Agreement(double Difference, IReadOnlyDictionary<string, double> Outputs, double? SameFirst);

/// <summary>What came of it.</summary>
/// <param name="Model">The pruned graph, recovered.</param>
/// <param name="Raw">The pruned graph as it was before.</param>
/// <param name="Before">Agreement right after pruning.</param>
/// <param name="After">Agreement at the end.</param>
/// <param name="Pruned">Weights with a 2:4 pattern.</param>
/// <param name="Dense">Weights without, with the reason.</param>
internal sealed record SparsifiedNetwork(ModelProto Model, ModelProto Raw, Agreement Before, Agreement After, IReadOnlyCollection<string> Pruned, IReadOnlyList<string> Dense);

/// <summary>Prunes any network to 2:4 and teaches it to answer as it did before.</summary>
internal sealed class SparsifyRun(ModelProto model, PictureSet learnt, PictureSet heldOut, SparsifyOptions options, Action<TrainingProgress> report, TimeProvider time)
{
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(10);

    private const string Stage = "recover";

    // with fewer the mean of the last steps would still hold the first ones
    private const double Average = 0.98;

    // what the result depends on: a checkpoint of anything else is not used
    private readonly Lazy<string> _identity = new(() => Digest.Of(Encoding.UTF8.GetBytes($"{Digest.Of(OnnxFile.Write(model))}|{options with { Folder = null }}|{learnt.Fingerprint()}")).Hex);

    private string? Place => options.Folder is null ? null : Path.Combine(options.Folder, "checkpoint.bin");

    /// <summary>Forgets the checkpoint; to be called when the result is safe.</summary>
    public void Forget()
    {
        if (Place is { } place)
        {
            File.Delete(place);
        }
    }

    /// <summary>Prunes and recovers; a killed run goes on from its folder's checkpoint and ends with the same bytes.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelOperator"/>: an operator that is not known, or nothing that could be pruned.</exception>
    public SparsifiedNetwork Run(CancellationToken cancellationToken)
    {
        set_num_threads(options.Threads);
        using var teacher = new Network(model);
        using var student = new Network(model);
        using var sparsity = TwoOfFour.Prune(student);
        if (sparsity.Pruned.Count == 0)
        {
            throw new ProblemException(Problems.ModelOperator, $"No layer can be pruned to 2:4: {string.Join("; ", sparsity.Dense.Take(8))}.");
        }

        var distillation = new Distillation(teacher, student);
        var raw = student.Export();
        var before = Agree(distillation);
        Recover(student, sparsity, distillation, cancellationToken);
        return new(student.Export(), raw, before, Agree(distillation), sparsity.Pruned, sparsity.Dense);
    }

    private void Recover(Network student, TwoOfFour sparsity, Distillation distillation, CancellationToken cancellationToken)
    {
        using var optimiser = new AdamW(student);
        using var mean = new RunningMean(student, Average);
        if (Found() is { } found)
        {
            found.Restore(student, optimiser, mean);
            report(new TrainingProgress("resume", found.Step, options.Schedule.Steps, Loss: null, EtaSeconds: null));
        }

        var stored = time.GetTimestamp();
        var pace = new Pace(Stage, options.Schedule, later: 0, report, time);
        while (optimiser.Step < options.Schedule.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            optimiser.ClearGradients();
            var value = Draw(optimiser.Step).Chunk(student.FixedBatch ?? options.Schedule.Batch).Sum(part => Backward(distillation, part));
            optimiser.Take(options.Schedule.RateAt(optimiser.Step));
            sparsity.Apply();
            mean.Follow(optimiser.Step);
            ThrowIfLost(value, optimiser.Step);
            pace.Tell(new LearnerStep(optimiser.Step, value));
            // the first at once: a folder that cannot be written to is better found now
            if (Place is { } place && (optimiser.Step == 1 || optimiser.Step == options.Schedule.Steps || time.GetElapsedTime(stored) > CheckpointEvery))
            {
                Checkpoint.Take(_identity.Value, Stage, student, optimiser, mean).Write(place);
                stored = time.GetTimestamp();
            }
        }

        mean.Settle();
    }

    private Checkpoint? Found() => Place is { } place ? Checkpoint.Read(place, _identity.Value) : null;

    /// <summary>Adds the gradients of a part of a batch; a graph made for one picture sees them one by one.</summary>
    private double Backward(Distillation distillation, (int Index, bool Mirrored)[] part)
    {
        using var scope = NewDisposeScope();
        var loss = distillation.Loss(learnt.Batch(part)).Times((double)part.Length / options.Schedule.Batch);
        loss.backward();
        return loss.ToDouble();
    }

    private List<(int Index, bool Mirrored)> Draw(int step)
    {
        var random = Chance.From(options.Seed, "sparsify", step);
        return [.. Enumerable.Range(0, options.Schedule.Batch).Select(_ => (random.Next(learnt.Count), random.Next(2) == 1))];
    }

    private Agreement Agree(Distillation distillation)
    {
        var (sums, same) = (new Dictionary<string, double>(), (int?)0);
        for (var i = 0; i < heldOut.Count; i++)
        {
            using var scope = NewDisposeScope();
            var picture = heldOut.Batch([(i, false)]);
            foreach (var (output, difference) in distillation.Differences(picture))
            {
                sums[output] = sums.GetValueOrDefault(output) + difference / heldOut.Count;
            }

            same += distillation.SameFirst(picture);
        }

        return new Agreement(sums.Values.DefaultIfEmpty().Average(), sums, same / (double)heldOut.Count);
    }

    private static void ThrowIfLost(double loss, int step)
    {
        if (!double.IsFinite(loss))
        {
            throw new ProblemException(Problems.RecipeInvalid, $"At step {step} the loss is no number any more: give a lower --rate.");
        }
    }
}
