namespace Fleet.Onnx.Parcels;

/// <summary>Chooses how a tensor is written: by the bits that its bytes need at least when each is coded by how often it occurs.</summary>
internal static class CodeChoice
{
    /// <summary>Below this share of equal elements a mask costs more than it saves.</summary>
    private const double MinBlankShare = 0.2;

    /// <param name="tensor">What is to be written.</param>
    /// <param name="elements">Its bytes.</param>
    /// <param name="from">Those of the base's tensor; empty where there is none.</param>
    public static TensorCode Of(TensorRange tensor, ReadOnlySpan<byte> elements, ReadOnlySpan<byte> from)
    {
        var (best, least) = (default(TensorCode), double.MaxValue);
        var blank = Blank(elements, tensor.Width);
        foreach (var isDifference in from.IsEmpty ? new[] { false } : [true, false])
        {
            foreach (var (rest, stride) in Masks(tensor, blank))
            {
                var code = new TensorCode(tensor.Width, tensor.IsFloat, isDifference, rest, stride);
                var bits = Bits(code, elements, isDifference ? from : default);
                (best, least) = bits < least ? (code, bits) : (best, least);
            }
        }

        return best!;
    }

    private static IEnumerable<(uint? Blank, int Stride)> Masks(TensorRange tensor, uint? blank)
    {
        yield return (null, 1);
        if (blank is not null && TensorCode.CanGroup(tensor.Count, tensor.Stride))
        {
            yield return (blank, tensor.Stride);
        }
        else if (blank is not null && TensorCode.CanGroup(tensor.Count, stride: 1))
        {
            yield return (blank, 1);
        }
    }

    private static double Bits(TensorCode code, ReadOnlySpan<byte> elements, ReadOnlySpan<byte> from)
    {
        using var masks = new MemoryStream();
        var planes = Enumerable.Range(0, code.Width).Select(_ => new MemoryStream()).ToArray();
        code.Pack(elements, from, masks, planes);
        return Bits(masks) + planes.Sum(Bits);
    }

    /// <summary>Bits that an ideal code without context needs.</summary>
    private static double Bits(MemoryStream bytes)
    {
        var counts = new long[byte.MaxValue + 1];
        foreach (var value in bytes.GetBuffer().AsSpan(0, (int)bytes.Length))
        {
            counts[value]++;
        }

        return counts.Where(c => c > 0).Sum(c => c * Math.Log2((double)bytes.Length / c));
    }

    /// <summary>The element that occurs most often, if it occurs often enough.</summary>
    private static uint? Blank(ReadOnlySpan<byte> elements, int width)
    {
        var counts = new Dictionary<uint, int>();
        for (var at = 0; at < elements.Length; at += width)
        {
            uint element = 0;
            for (var plane = 0; plane < width; plane++)
            {
                element |= (uint)elements[at + plane] << (8 * plane);
            }

            counts[element] = counts.GetValueOrDefault(element) + 1;
        }

        var (blank, count) = counts.MaxBy(c => c.Value);
        return count >= MinBlankShare * elements.Length / width ? blank : null;
    }
}
