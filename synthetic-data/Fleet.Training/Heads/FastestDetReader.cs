using Fleet.Contracts;
using Fleet.Training.Networks;
using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>FastestDet, as <c>Fleet.Vision</c> decodes it: one grid; objectness, (tanh x, tanh y, sigmoid w, sigmoid h), classes after the softmax.</summary>
internal sealed class FastestDetReader : IAnchorReader
{
    private readonly string _output;
    private readonly Tensor _corner;
    private readonly Tensor _stride;
    private readonly Tensor _side;

    public FastestDetReader(string output, int columns, int rows, InputSpec input)
    {
        _output = output;
        var (strideX, strideY) = ((float)input.WidthPx / columns, (float)input.HeightPx / rows);
        Grid = AnchorGrid.Of([(columns, rows, strideX, strideY)], middle: 0);
        _corner = stack([tensor(Grid.X), tensor(Grid.Y)], 1).DetachFromDisposeScope();
        _stride = tensor([strideX, strideY]).DetachFromDisposeScope();
        _side = tensor([(float)input.WidthPx, input.HeightPx]).DetachFromDisposeScope();
    }

    public AnchorGrid Grid { get; }

    public bool IsExclusive => true;

    public Anchors Read(IReadOnlyDictionary<string, Tensor> values)
    {
        var cells = values[_output].flatten(2).transpose(1, 2);
        var centre = (cells.slice(2, 1, 3, 1).tanh() * _stride).Plus(_corner);
        var half = (cells.slice(2, 3, 5, 1).sigmoid() * _side).Over(2);
        return new(cat([centre - half, centre.Plus(half)], 2), cells.slice(2, 5, cells.shape[2], 1), cells.select(2, 0));
    }
}
