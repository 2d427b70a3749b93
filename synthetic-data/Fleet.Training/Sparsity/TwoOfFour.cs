using Fleet.Onnx.Schema;
using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Sparsity;

/// <summary>2:4 pruning: of each four weights along the input channels, the two smaller ones become zero and stay zero.</summary>
internal sealed class TwoOfFour : IDisposable
{
    private readonly SortedDictionary<string, Tensor> _masks = new(StringComparer.Ordinal);
    private readonly Network _network;

    private TwoOfFour(Network network, IReadOnlyList<string> dense)
    {
        _network = network;
        Dense = dense;
    }

    /// <summary>Names of the pruned weights.</summary>
    public IReadOnlyCollection<string> Pruned => _masks.Keys;

    /// <summary>Names of the convolution weights that stay dense, with the reason.</summary>
    public IReadOnlyList<string> Dense { get; }

    /// <summary>Prunes every eligible convolution by magnitude, now.</summary>
    public static TwoOfFour Prune(Network network)
    {
        var (eligible, dense) = Sort(network);
        return Masked(network, dense, eligible.Select(name => (name, LargestTwo(network.Weights[name]))));
    }

    /// <summary>Keeps the zeros of a network that was pruned before; a layer that is not 2:4 yet stays dense.</summary>
    public static TwoOfFour Keep(Network network)
    {
        var (eligible, dense) = Sort(network);
        var pruned = eligible.Where(name => Holds(network.Weights[name])).ToList();
        return Masked(network, [.. dense, .. eligible.Except(pruned).Select(n => $"{n}: dense in the base")], pruned.Select(name => (name, NonZero(network.Weights[name]))));
    }

    /// <summary>Sets the pruned weights back to zero; to be called after each step of the optimiser.</summary>
    public void Apply()
    {
        using var still = no_grad();
        foreach (var (name, mask) in _masks)
        {
            _network.Weights[name].mul_(mask);
        }
    }

    /// <summary>Whether no group of four along the input channels has more than two non-zeros.</summary>
    public static bool Holds(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return Groups(weight.detach().ne(0).to(ScalarType.Int64)).sum(1).max().ToInt64() <= 2;
    }

    public void Dispose()
    {
        foreach (var mask in _masks.Values)
        {
            mask.Dispose();
        }
    }

    private static TwoOfFour Masked(Network network, IReadOnlyList<string> dense, IEnumerable<(string Name, Tensor Mask)> masks)
    {
        var sparsity = new TwoOfFour(network, dense);
        foreach (var (name, mask) in masks)
        {
            sparsity._masks[name] = mask;
        }

        sparsity.Apply();
        return sparsity;
    }

    private static (List<string> Eligible, List<string> Dense) Sort(Network network)
    {
        var (eligible, dense) = (new List<string>(), new List<string>());
        foreach (var node in network.Nodes.Where(n => n.OpType == "Conv"))
        {
            var name = NameOf(network, node);
            var why = name is null ? "its weight is no constant" : WhyDense(node, network.Weights[name].shape);
            (why is null ? eligible : dense).Add(why is null ? name! : $"{name ?? node.Name}: {why}");
        }

        return (eligible, dense);
    }

    private static string? NameOf(Network network, NodeProto node) =>
        network.Weights.ContainsKey(node.Input[1]) ? node.Input[1] : network.Weights.ContainsKey(node.Input[1] + ".half") ? node.Input[1] + ".half" : null;

    private static string? WhyDense(NodeProto node, long[] shape) =>
        (node.Attribute.FirstOrDefault(a => a.Name == "group")?.I ?? 1) != 1 ? "grouped"
        : shape[1] % 16 != 0 ? $"{shape[1]} input channels are no multiple of 16"
        : shape[0] % 8 != 0 ? $"{shape[0]} output channels are no multiple of 8"
        : null;

    private static Tensor LargestTwo(Tensor weight)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        var groups = Groups(weight.detach().abs());
        var largest = groups.topk(2, 1).indexes;
        var mask = zeros_like(groups).scatter_(1, largest, ones_like(largest, ScalarType.Float32));
        return Ungroup(mask, weight.shape).MoveToOuterDisposeScope().DetachFromDisposeScope();
    }

    private static Tensor NonZero(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.detach().ne(0).to(ScalarType.Float32).DetachFromDisposeScope();
    }

    private static Tensor Groups(Tensor weight) => weight.permute(0, 2, 3, 1).contiguous().reshape(-1, 4);

    private static Tensor Ungroup(Tensor groups, long[] shape) =>
        groups.reshape(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2).contiguous();
}
