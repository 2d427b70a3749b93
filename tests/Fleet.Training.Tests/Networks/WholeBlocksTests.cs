using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Tests.Networks;

/// <summary>What lay in memory before must not get into an answer.</summary>
public class WholeBlocksTests
{
    [Theory]
    [InlineData("Conv", 24, 16, 3)]
    [InlineData("Conv", 16, 8, 3)]
    [InlineData("Conv", 3, 10, 3)]
    [InlineData("Conv", 17, 5, 5)]
    [InlineData("Conv", 24, 24, 5)]
    [InlineData("Conv", 20, 4, 1)]
    [InlineData("ConvTranspose", 8, 20, 2)]
    public void A_convolution_reads_nothing_that_was_left_in_memory(string operation, int channels, int made, int taps)
    {
        // values of a size of their own: the allocator gives back what was freed last, and nothing else asks for as much
        const int Side = 11;
        long[] weight = operation == "Conv" ? [made, channels, taps, taps] : [channels, made, taps, taps];
        using var network = new Network(AGraph.Of(17, g => g.With(operation, g.Weights(weight)), 2, channels, Side, Side));
        for (var i = 0; i < 20; i++)
        {
            using var scope = NewDisposeScope();
            var images = rand([2, channels, Side, Side]).requires_grad_();
            Litter(Side);
            var y = network.Run(images, learning: true)[network.Outputs.Single()];
            Assert.True(y.isfinite().all().ToBoolean(), "forwards");
            Litter((int)y.shape[^1]);
            y.sum().backward();
            Assert.True(images.grad!.isfinite().all().ToBoolean(), "backwards");
        }
    }

    /// <summary>Leaves freed memory behind that is no number, in the sizes in which blocks of channels are kept.</summary>
    private static void Litter(int side)
    {
        using var scope = NewDisposeScope();
        foreach (var channels in new[] { 8, 16, 24, 32 })
        {
            for (var i = 0; i < 3; i++)
            {
                _ = full([2, channels, side, side], double.NaN);
            }
        }
    }
}
