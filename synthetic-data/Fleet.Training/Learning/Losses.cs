using Fleet.Training.Networks;
using static TorchSharp.torch;

namespace Fleet.Training.Learning;

/// <summary>How wrong a detector is: a focal loss on the peaks, and distance and overlap losses on the boxes.</summary>
internal static class Losses
{
    private const double LogDistanceWeight = 0.25;
    private const double OverlapWeight = 2;

    /// <summary>The focal loss of CenterNet: peaks count one by one, the background the less the nearer it is to a peak.</summary>
    public static Tensor Peaks(Tensor logits, Tensor heat, Tensor weight)
    {
        var p = logits.sigmoid().Within(1e-4, 1 - 1e-4);
        var peak = heat.Is(1);
        var found = p.log() * p.Rest().Squared() * peak;
        var background = p.Rest().log() * p.Squared() * heat.Rest().Power(4) * peak.Rest() * weight;
        return found.sum().Plus(background.sum()).neg() / peak.sum().AtLeast(1);
    }

    /// <summary>L1 on the logarithm of the four distances, and 1 - GIoU of the boxes they span around the same cell.</summary>
    public static Tensor Boxes(Tensor predicted, Tensor wanted, Tensor weight)
    {
        var count = weight.sum().AtLeast(1);
        var target = wanted.AtLeast(0.05);
        var distance = ((predicted.log() - target.log()).abs() * weight).sum() / count;
        var overlap = (GeneralisedIou(predicted, target).Rest() * weight).sum() / count;
        return distance.Times(LogDistanceWeight).Plus(overlap.Times(OverlapWeight));
    }

    private static Tensor GeneralisedIou(Tensor a, Tensor b)
    {
        var intersection = Area(minimum(a, b));
        var union = Area(a).Plus(Area(b)) - intersection;
        var hull = Area(maximum(a, b));
        return intersection / union.Plus(1e-6) - (hull - union) / hull.Plus(1e-6);
    }

    private static Tensor Area(Tensor ltrb)
    {
        var side = ltrb.chunk(4, 1);
        return side[0].Plus(side[2]) * side[1].Plus(side[3]);
    }
}
