using Fleet.Contracts;
using Fleet.Training.Networks;
using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>NanoDet and NanoDet-Plus, as <c>Fleet.Vision</c> decodes them: classes after the sigmoid, and for each side the logits of a distribution over 0 to b-1 strides.</summary>
internal sealed class NanoDetReader : IAnchorReader
{
    private readonly IReadOnlyList<(string Classes, string Sides)> _outputs;
    private readonly int _classes;
    private readonly Tensor _middle;
    private readonly Tensor _stride;

    /// <param name="outputs">For each grid the outputs with classes and distances; of NanoDet-Plus one output that has both.</param>
    /// <param name="isPlus">NanoDet-Plus.</param>
    /// <param name="input">What it is fed.</param>
    /// <param name="classes">How many.</param>
    public NanoDetReader(IReadOnlyList<(string Classes, string Sides)> outputs, bool isPlus, InputSpec input, int classes)
    {
        (_outputs, _classes) = (outputs, classes);
        var strides = isPlus || outputs.Count == 4 ? HeadKinds.FourStrides : HeadKinds.YoloxStrides;
        Grid = AnchorGrid.Of(strides.Select(s => (HeadKinds.Up(input.WidthPx, s), HeadKinds.Up(input.HeightPx, s), (float)s, (float)s)), isPlus ? 0 : 0.5f);
        _middle = stack([tensor(Grid.X), tensor(Grid.Y)], 1).DetachFromDisposeScope();
        _stride = tensor(Grid.Strides, [Grid.Count, 1]).DetachFromDisposeScope();
    }

    public AnchorGrid Grid { get; }

    public bool IsExclusive => false;

    public Anchors Read(IReadOnlyDictionary<string, Tensor> values)
    {
        var classes = cat([.. _outputs.Select(o => values[o.Classes].slice(2, 0, _classes, 1))], 1);
        var logits = cat([.. _outputs.Select(o => o.Sides == o.Classes ? values[o.Sides].slice(2, _classes, values[o.Sides].shape[2], 1) : values[o.Sides])], 1);
        var bins = logits.shape[2] / 4;
        var shares = logits.reshape(logits.shape[0], logits.shape[1], 4, bins).softmax(3);
        var distances = (shares * arange(bins, ScalarType.Float32)).sum(3) * _stride;
        return new(cat([_middle - distances.slice(2, 0, 2, 1), _middle.Plus(distances.slice(2, 2, 4, 1))], 2), classes, Objectness: null);
    }
}
