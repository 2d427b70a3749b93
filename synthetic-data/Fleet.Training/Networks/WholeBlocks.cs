using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Convolutions over whole blocks of channels.</summary>
/// <remarks>
/// The library's fast convolutions keep pictures in blocks of 8 or 16 channels and leave the rest of the last block as memory was.
/// The weights there are 0, and 0 times what happens to be no number is no number (libtorch 2.10; forwards for the channels that
/// go in, backwards for those that come out; kernels of one tap and groups are not concerned). With 5x5 taps its answer may be wrong besides.
/// </remarks>
internal static class WholeBlocks
{
    private const long Block = 16;

    // as few as a picture has are not kept in blocks
    private const long Unblocked = 3;

    public static Tensor Conv(Tensor x, Tensor weight, Tensor? bias, Window window, long[] pads, long groups)
    {
        var isBlocked = groups == 1 && window.Kernel is not [1, 1];
        var missingOut = isBlocked ? Missing(weight.shape[0]) : 0;
        var missingIn = isBlocked && weight.shape[1] > Unblocked ? Missing(weight.shape[1]) : 0;
        var y = nn.functional.conv2d(Filled(x, missingIn, 0), Filled(weight, missingIn, missingOut), Filled(bias, missingOut), window.Strides, pads, window.Dilations, groups);
        return Without(missingOut, y);
    }

    public static Tensor ConvTranspose(Tensor x, Tensor weight, Tensor? bias, Window window, long[] pads, long[] outputPadding, long groups)
    {
        var missingOut = groups == 1 ? Missing(weight.shape[1]) : 0;
        var missingIn = groups == 1 ? Missing(weight.shape[0]) : 0;
        var y = nn.functional.conv_transpose2d(Filled(x, missingIn, 0), Filled(weight, missingOut, missingIn), Filled(bias, missingOut), window.Strides, pads, outputPadding, window.Dilations, groups);
        return Without(missingOut, y);
    }

    private static long Missing(long channels) => (Block - channels % Block) % Block;

    /// <summary>With zeros behind the second and behind the first of its four axes.</summary>
    private static Tensor Filled(Tensor tensor, long behindSecond, long behindFirst) =>
        behindSecond == 0 && behindFirst == 0 ? tensor : nn.functional.pad(tensor, [0, 0, 0, 0, 0, behindSecond, 0, behindFirst]);

    private static Tensor? Filled(Tensor? bias, long behind) => bias is null || behind == 0 ? bias : nn.functional.pad(bias, [0, behind]);

    private static Tensor Without(long filled, Tensor y) => filled == 0 ? y : y.narrow(1, 0, y.shape[1] - filled);
}
