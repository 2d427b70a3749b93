using Fleet.Contracts;
using Fleet.Training.Networks;
using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>YOLOX, as <c>Fleet.Vision</c> decodes it: (x, y, log w, log h) in strides, objectness and classes after the sigmoid.</summary>
internal sealed class YoloxReader : IAnchorReader
{
    // e^8 strides are more than any input
    private const double LargestLog = 8;
    private readonly string _output;
    private readonly Tensor _corner;
    private readonly Tensor _stride;

    public YoloxReader(string output, HeadForm form, InputSpec input)
    {
        _output = output;
        var strides = form == HeadForm.FourGrids ? HeadKinds.FourStrides : HeadKinds.YoloxStrides;
        var grids = strides.Select(s => (input.WidthPx / s, input.HeightPx / s, (float)s, (float)s)).ToList();
        Grid = AnchorGrid.Of(grids, middle: 0.5f);
        var corner = AnchorGrid.Of(grids, middle: 0);
        _corner = stack([tensor(corner.X), tensor(corner.Y)], 1).DetachFromDisposeScope();
        _stride = tensor(corner.Strides, [corner.Count, 1]).DetachFromDisposeScope();
    }

    public AnchorGrid Grid { get; }

    public bool IsExclusive => false;

    public Anchors Read(IReadOnlyDictionary<string, Tensor> values)
    {
        var rows = values[_output];
        var centre = (rows.slice(2, 0, 2, 1) * _stride).Plus(_corner);
        var half = (rows.slice(2, 2, 4, 1).AtMost(LargestLog).exp() * _stride).Over(2);
        return new(cat([centre - half, centre.Plus(half)], 2), rows.slice(2, 5, rows.shape[2], 1), rows.select(2, 4));
    }
}
