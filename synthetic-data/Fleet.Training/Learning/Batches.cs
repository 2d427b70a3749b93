using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Training.Recipes;
using static TorchSharp.torch;

namespace Fleet.Training.Learning;

/// <summary>A batch: input bytes, and for each picture what is in it.</summary>
internal sealed record Batch(byte[] Images, IReadOnlyList<IReadOnlyList<TargetBox>> Boxes)
{
    public int Count => Boxes.Count;
}

/// <summary>Puts batches together; batch n of a stage is the same for the same seed, whatever was made before.</summary>
internal sealed class Batches(InputSpec input, SyntheticFrames synthetic, IReadOnlyList<LabelledFrame> real, double realShare, long seed)
{
    private readonly InputTensor _tensor = new(input);
    private readonly FrameSize _size = new(input.WidthPx, input.HeightPx);
    private readonly int _length = InputRules.PlanesOf(input.Color) * input.WidthPx * input.HeightPx;

    // by then all synthetic frames are in use; until then learning never waits long for the renderer
    private const double GrownBy = 0.5;

    /// <summary>Makes batch <paramref name="step"/> of <paramref name="stage"/>.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="schedule">Its length and batch size.</param>
    /// <param name="step">From 0.</param>
    /// <param name="all">All synthetic frames are in use from the first step on.</param>
    /// <param name="cancellationToken">Stops waiting for frames.</param>
    public async Task<Batch> MakeAsync(string stage, Schedule schedule, int step, bool all, CancellationToken cancellationToken)
    {
        var count = schedule.Batch;
        var fromReal = real.Count == 0 ? 0 : synthetic.Count == 0 ? count : (int)Math.Round(count * realShare);
        var rendered = Rendered(stage, schedule, step, count - fromReal, all);
        var (images, boxes) = (new byte[count * _length], new IReadOnlyList<TargetBox>[count]);
        for (var item = 0; item < count; item++)
        {
            var random = Chance.From(seed, stage + "/look", step, item);
            var frame = item < fromReal
                ? real[Turn(stage, (long)step * fromReal + item)]
                : await SyntheticAsync(rendered[item - fromReal], random, cancellationToken);
            boxes[item] = Augmentation.Apply(frame, _size, random, images.AsSpan(item * _length, _length));
        }

        return new Batch(images, boxes);
    }

    /// <summary>Part of a batch as the network's input, with what is in it.</summary>
    public (Tensor Images, IReadOnlyList<IReadOnlyList<TargetBox>> Boxes) Part(Batch batch, int first, int count) =>
        (_tensor.Of(batch.Images[(first * _length)..((first + count) * _length)], count), [.. batch.Boxes.Skip(first).Take(count)]);

    /// <summary>A frame, or one of the objects cut out of it; where it has none, out of one after it.</summary>
    private async Task<LabelledFrame> SyntheticAsync(int index, Random random, CancellationToken cancellationToken)
    {
        for (var tried = 0; tried < synthetic.Count; tried++)
        {
            var made = await synthetic.GetAsync((index + tried) % synthetic.Count, cancellationToken);
            if (made.Count > 0)
            {
                return made.Count == 1 ? made[0] : made[random.Next(made.Count)];
            }
        }

        throw new ProblemException(Problems.RecipeInvalid, "No frame of the scenes shows an object of the recipe's classes that is large enough to be cut out.");
    }

    /// <summary>Frames that are new at this step, and others drawn from those that are not.</summary>
    private int[] Rendered(string stage, Schedule schedule, int step, int count, bool all)
    {
        var random = Chance.From(seed, stage + "/pick", step);
        var (before, now) = (Pool(step - 1), Pool(step));
        return [.. Enumerable.Range(0, count).Select(i => before + i < now ? before + i : random.Next(Math.Max(1, now)))];

        int Pool(int at) => all ? synthetic.Count
            : at < 0 ? 0
            : (int)Math.Min(synthetic.Count, count + at * synthetic.Count / (GrownBy * schedule.Steps));
    }

    /// <summary>Goes through the real frames in a new order each time.</summary>
    private int Turn(string stage, long position)
    {
        var order = Enumerable.Range(0, real.Count).ToArray();
        Chance.From(seed, stage + "/real", position / real.Count).Shuffle(order);
        return order[position % real.Count];
    }
}
