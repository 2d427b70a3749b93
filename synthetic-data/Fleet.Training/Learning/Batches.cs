using Fleet.Training.Frames;
using Fleet.Training.Recipes;
using static TorchSharp.torch;

namespace Fleet.Training.Learning;

/// <summary>A batch: input bytes and what should come out.</summary>
internal sealed record Batch(int Count, byte[] Images, Targets Targets);

/// <summary>Puts batches together; batch n of a stage is the same for the same seed, whatever was made before.</summary>
internal sealed class Batches(FrameSize size, int classes, SyntheticFrames synthetic, IReadOnlyList<LabelledFrame> real, double realShare, long seed)
{
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
        var batch = new Batch(count, new byte[count * 3 * size.Pixels], new Targets(count, classes, size));
        for (var item = 0; item < count; item++)
        {
            var frame = item < fromReal
                ? real[Turn(stage, (long)step * fromReal + item)]
                : await synthetic.GetAsync(rendered[item - fromReal], cancellationToken);
            Write(batch, item, frame, Chance.From(seed, stage + "/look", step, item));
        }

        return batch;
    }

    /// <summary>The input as a tensor of bytes [count, 3, height, width].</summary>
    public Tensor Images(Batch batch) => tensor(batch.Images, [batch.Count, 3, size.Height, size.Width], dtype: ScalarType.Byte);

    private void Write(Batch batch, int item, LabelledFrame frame, Random random)
    {
        var boxes = Augmentation.Apply(frame, size, random, batch.Images.AsSpan(item * 3 * size.Pixels, 3 * size.Pixels));
        batch.Targets.Write(item, boxes);
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
