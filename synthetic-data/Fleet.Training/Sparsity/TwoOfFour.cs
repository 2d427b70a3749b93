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

    /// <summary>Names of the weights that stay dense, with the reason.</summary>
    public IReadOnlyList<string> Dense { get; }

    /// <summary>Prunes every eligible layer by magnitude, now.</summary>
    public static TwoOfFour Prune(Network network)
    {
        var layers = PrunableLayer.Of(network);
        return Masked(network, DenseOf(layers), layers.Where(l => l.WhyDense is null).Select(l => (l.Name, LargestTwo(network.Weights[l.Name], l.InputAxis))));
    }

    /// <summary>Keeps the zeros of a network that was pruned before; a layer that is not 2:4 yet stays dense.</summary>
    public static TwoOfFour Keep(Network network)
    {
        var layers = PrunableLayer.Of(network);
        var eligible = layers.Where(l => l.WhyDense is null).ToLookup(l => Holds(network.Weights[l.Name], l.InputAxis), l => l.Name);
        return Masked(network, [.. DenseOf(layers), .. eligible[false].Select(n => $"{n}: dense in the base")], eligible[true].Select(name => (name, NonZero(network.Weights[name]))));
    }

    /// <summary>Sets the pruned weights back to zero; to be called after each step of the optimiser.</summary>
    public void Apply()
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, mask) in _masks)
        {
            _network.Weights[name].mul_(mask);
        }
    }

    /// <summary>Whether no group of four along the input channels has more than two non-zeros.</summary>
    /// <param name="weight">Of a convolution or a matrix.</param>
    /// <param name="inputAxis">Where its input channels lie.</param>
    public static bool Holds(Tensor weight, int inputAxis = 1)
    {
        using var scope = NewDisposeScope();
        return Groups(weight.detach().IsNotZero().to(ScalarType.Int64), inputAxis).sum(1).max().ToInt64() <= 2;
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

    private static string[] DenseOf(IReadOnlyList<PrunableLayer> layers) => [.. layers.Where(l => l.WhyDense is not null).Select(l => $"{l.Name}: {l.WhyDense}")];

    private static Tensor LargestTwo(Tensor weight, int inputAxis)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        var groups = Groups(weight.detach().abs(), inputAxis);
        var largest = groups.topk(2, 1).indexes;
        var mask = zeros_like(groups).scatter_(1, largest, ones_like(largest, ScalarType.Float32));
        var moved = weight.transpose(inputAxis, -1);
        return mask.reshape(moved.shape).transpose(inputAxis, -1).contiguous().MoveToOuterDisposeScope().DetachFromDisposeScope();
    }

    private static Tensor NonZero(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.detach().IsNotZero().DetachFromDisposeScope();
    }

    private static Tensor Groups(Tensor weight, int inputAxis) => weight.transpose(inputAxis, -1).contiguous().reshape(-1, 4);
}
