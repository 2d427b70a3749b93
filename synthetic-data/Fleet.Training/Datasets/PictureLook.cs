using System.Numerics;
using System.Security.Cryptography;
using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Vision;

namespace Fleet.Training.Datasets;

/// <summary>What a whole picture shows, once decoded.</summary>
/// <param name="Digest">SHA-256 of the file.</param>
/// <param name="Look">64 bits that stay nearly the same when the picture is scaled, compressed or brightened.</param>
/// <param name="Brightest">Largest value of any channel.</param>
internal sealed record PictureLook(string Digest, ulong Look, byte Brightest)
{
    private const int Side = 8;

    /// <summary>Looks like the other one, bit for bit, up to this many bits.</summary>
    public const int NearBits = 4;

    /// <summary>Decodes the picture; null where it is damaged.</summary>
    public static PictureLook? Of(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            var frame = Pictures.Decode(bytes, path);
            return new PictureLook(Convert.ToHexStringLower(SHA256.HashData(bytes)), Hash(frame), Brightness(frame));
        }
        catch (ProblemException)
        {
            // told by the caller, as a finding
            return null;
        }
    }

    /// <summary>Bits in which two pictures differ.</summary>
    public int Distance(PictureLook other) => BitOperations.PopCount(Look ^ other.Look);

    private static byte Brightness(Frame frame)
    {
        byte most = 0;
        foreach (var value in frame.Span)
        {
            most = Math.Max(most, value);
        }

        return most;
    }

    /// <summary>Difference hash: of 9 x 8 mean values, whether each is above its left neighbour.</summary>
    private static ulong Hash(Frame frame)
    {
        var (means, hash) = (new double[Side, Side + 1], 0UL);
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column <= Side; column++)
            {
                means[row, column] = Mean(frame, row, column);
            }

            for (var column = 0; column < Side; column++)
            {
                hash = (hash << 1) | (means[row, column + 1] > means[row, column] ? 1UL : 0);
            }
        }

        return hash;
    }

    private static double Mean(Frame frame, int row, int column)
    {
        var (top, bottom) = (row * frame.HeightPx / Side, Math.Max((row + 1) * frame.HeightPx / Side, (row * frame.HeightPx / Side) + 1));
        var (left, right) = (column * frame.WidthPx / (Side + 1), Math.Max((column + 1) * frame.WidthPx / (Side + 1), (column * frame.WidthPx / (Side + 1)) + 1));
        var pixels = frame.Span;
        var sum = 0L;
        for (var y = top; y < bottom; y++)
        {
            foreach (var value in pixels[(((y * frame.WidthPx) + left) * 3)..(((y * frame.WidthPx) + right) * 3)])
            {
                sum += value;
            }
        }

        return (double)sum / ((bottom - top) * (right - left));
    }
}
