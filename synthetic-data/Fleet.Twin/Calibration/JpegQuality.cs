namespace Fleet.Twin.Calibration;

/// <summary>Which quality setting of the usual encoder made a JPEG, from its first quantisation table.</summary>
internal static class JpegQuality
{
    /// <summary>Sum of the luminance table of the JPEG standard (annex K) at quality 50.</summary>
    private const double StandardSum = 3688;

    /// <returns>1 to 100; null where the bytes are no JPEG with a table of 64 bytes.</returns>
    public static int? Of(ReadOnlySpan<byte> file)
    {
        if (file.Length < 4 || file[0] != 0xFF || file[1] != 0xD8)
        {
            return null;
        }

        for (var at = 2; at + 4 <= file.Length && file[at] == 0xFF;)
        {
            var length = (file[at + 2] << 8) | file[at + 3];
            if (file[at + 1] == 0xDB)
            {
                return length >= 67 && at + 69 <= file.Length && file[at + 4] == 0 ? Quality(file.Slice(at + 5, 64)) : null;
            }

            if (file[at + 1] == 0xDA || length < 2)
            {
                return null;
            }

            at += 2 + length;
        }

        return null;
    }

    private static int Quality(ReadOnlySpan<byte> table)
    {
        var sum = 0;
        foreach (var step in table)
        {
            sum += step;
        }

        var scale = sum * 100 / StandardSum;
        return (int)Math.Clamp(scale <= 100 ? (200 - scale) / 2 : 5000 / scale, 1, 100);
    }
}
