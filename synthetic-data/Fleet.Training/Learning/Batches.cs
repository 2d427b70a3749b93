using Fleet.Training.Frames;
using static TorchSharp.torch;

namespace Fleet.Training.Learning;

/// <summary>A batch: input bytes and what should come out.</summary>
internal sealed record Batch(int Count, byte[] Images, Targets Targets);

/// <summary>Puts batches together; batch n of a stage is the same for the same seed, whatever was made before.</summary>
internal sealed class Batches(FrameSize size, int classes, SyntheticFrames synthetic, IReadOnlyList<LabelledFrame> real, double realShare, long seed)
{
    private readonly Dictionary<string, (int Round, int[] Order)> _orders = [];

    /// <summary>Makes batch <paramref name="step"/> of <paramref name="stage"/>.</summary>
    public async Task<Batch> MakeAsync(string stage, int step, int count, CancellationToken cancellationToken)
    {
        var fromReal = real.Count == 0 ? 0 : synthetic.Count == 0 ? count : (int)Math.Round(count * realShare);
        var batch = new Batch(count, new byte[count * 3 * size.Pixels], new Targets(count, classes, size));
        for (var item = 0; item < count; item++)
        {
            var frame = item < fromReal
                ? real[Pick(stage + "/real", real.Count, (long)step * fromReal + item)]
                : await synthetic.GetAsync(Pick(stage, synthetic.Count, (long)step * (count - fromReal) + item - fromReal), cancellationToken);
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

    /// <summary>Goes through all frames in a new order each time; the first time in the order in which they are rendered.</summary>
    private int Pick(string purpose, int frames, long position)
    {
        var (round, place) = ((int)(position / frames), (int)(position % frames));
        if (round == 0)
        {
            return place;
        }

        var order = _orders.GetValueOrDefault(purpose);
        if (order.Round != round)
        {
            var all = Enumerable.Range(0, frames).ToArray();
            Chance.From(seed, purpose, round).Shuffle(all);
            order = (round, all);
            _orders[purpose] = order;
        }

        return order.Order[place];
    }
}
