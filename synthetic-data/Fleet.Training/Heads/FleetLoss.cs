using Fleet.Training.Frames;
using Fleet.Training.Learning;
using Fleet.Training.Networks;
using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>The loss of Fleet's own detector.</summary>
internal sealed class FleetLoss(Network network, FrameSize size, int classes) : IHeadLoss
{
    private readonly string _logits = OutputNames.LogitsOf(network);

    public Tensor Of(IReadOnlyDictionary<string, Tensor> values, IReadOnlyList<IReadOnlyList<TargetBox>> boxes)
    {
        var targets = new Targets(boxes.Count, classes, size);
        for (var item = 0; item < boxes.Count; item++)
        {
            targets.Write(item, boxes[item]);
        }

        Tensor Grid(float[] written, int channels) => tensor(written, [boxes.Count, channels, targets.Rows, targets.Columns]);
        return Losses.Peaks(values[_logits], Grid(targets.Heat, classes), Grid(targets.HeatWeight, 1))
            .Plus(Losses.Boxes(values[OutputNames.Sides], Grid(targets.Sides, 4), Grid(targets.SidesWeight, 1)));
    }
}
