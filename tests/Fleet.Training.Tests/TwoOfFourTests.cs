using Fleet.Training.Networks;
using Fleet.Training.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Tests;

public class TwoOfFourTests
{
    [Fact]
    public void Leaves_the_two_largest_of_each_four_input_channels()
    {
        using var network = new Network(A.Detector(channels: 16));
        var before = Network.Values(network.Weights["neck1_n.weight"]);
        using var sparsity = TwoOfFour.Prune(network);
        var after = Network.Values(network.Weights["neck1_n.weight"]);

        const int taps = 9;
        for (var group = 0; group < before.Length / (4 * taps); group++)
        {
            for (var tap = 0; tap < taps; tap++)
            {
                var places = Enumerable.Range(0, 4).Select(i => (group * 4 + i) * taps + tap).ToList();
                var kept = places.OrderByDescending(p => Math.Abs(before[p])).Take(2).Order();
                Assert.Equal(kept, places.Where(p => after[p] != 0));
            }
        }
    }

    [Fact]
    public void Names_the_layers_it_leaves_dense_and_why()
    {
        using var network = new Network(A.Detector(channels: 16));
        using var sparsity = TwoOfFour.Prune(network);

        Assert.Equal(3, sparsity.Dense.Count);
        Assert.Contains(sparsity.Dense, d => d.StartsWith("stem_n.weight: 3 input channels", StringComparison.Ordinal));
        Assert.Contains(sparsity.Dense, d => d.StartsWith("heat.weight: 1 output channels", StringComparison.Ordinal));
        Assert.All(sparsity.Pruned, name => Assert.True(TwoOfFour.Holds(network.Weights[name])));
    }

    [Fact]
    public void Sets_weights_that_came_back_to_zero_again()
    {
        using var network = new Network(A.Detector(channels: 16));
        using var sparsity = TwoOfFour.Prune(network);
        using Scalar one = 1;
        using (no_grad())
        {
            network.Weights["neck1_n.weight"].fill_(one);
        }

        Assert.False(TwoOfFour.Holds(network.Weights["neck1_n.weight"]));
        sparsity.Apply();
        Assert.True(TwoOfFour.Holds(network.Weights["neck1_n.weight"]));
    }

    [Fact]
    public void Folding_and_half_size_storage_keep_the_zeros_so_a_later_run_finds_them()
    {
        using var network = new Network(A.Detector(channels: 16));
        using var pruned = TwoOfFour.Prune(network);
        using var again = new Network(HalfStorage.Of(BatchNormFolding.Fold(network.Export())));
        using var kept = TwoOfFour.Keep(again);

        Assert.Equal(pruned.Pruned, kept.Pruned.Select(n => n.Replace(".half", "", StringComparison.Ordinal)));
    }
}
