using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Training.Networks;
using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>The loss of a classifier: the negative logarithm of the right class's share.</summary>
internal sealed class ClassesLoss : IHeadLoss
{
    // what may stand between a Softmax and the output without changing its numbers
    private static readonly HashSet<string> Movers = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Cast", "Transpose"];
    private const double Least = 1e-7;
    private readonly string _value;
    private readonly bool _isLogits;

    /// <param name="network">Its first output is the list of classes.</param>
    /// <param name="scores">What that output holds, of <see cref="ScoreForms"/>.</param>
    public ClassesLoss(Network network, string? scores)
    {
        var makers = network.Nodes.ToDictionary(n => n.Output[0]);
        _value = network.Outputs.First();
        while (makers.TryGetValue(_value, out var maker) && Movers.Contains(maker.OpType))
        {
            _value = maker.Input[0];
        }

        var isSoftmax = makers.TryGetValue(_value, out var last) && last.OpType == "Softmax";
        _value = isSoftmax ? last!.Input[0] : _value;
        _isLogits = isSoftmax || scores == ScoreForms.Softmax;
    }

    public Tensor Of(IReadOnlyDictionary<string, Tensor> values, IReadOnlyList<IReadOnlyList<TargetBox>> boxes)
    {
        var labels = boxes.Select(b => b.Count > 0 ? b[0].Class : TargetBox.Ignored).ToArray();
        var counted = Enumerable.Range(0, labels.Length).Where(i => labels[i] != TargetBox.Ignored).Select(i => (long)i).ToArray();
        var given = values[_value].flatten(1);
        if (counted.Length == 0)
        {
            return given.sum().Times(0);
        }

        var rows = given.index_select(0, tensor(counted));
        var logarithms = _isLogits ? rows.log_softmax(1) : rows.Within(Least, 1).log();
        var right = logarithms.gather(1, tensor([.. counted.Select(i => (long)labels[i])], [counted.Length, 1]));
        return right.sum().Over(-labels.Length);
    }
}
