namespace Fleet.Onnx;

/// <summary>Names and sizes of tensor elements, by the number the schema gives them.</summary>
internal static class Elements
{
    private static readonly string[] Names =
    [
        "unknown", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "float64", "uint32", "uint64",
        "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1",
    ];

    private static readonly int[] Bits = [8, 32, 8, 8, 16, 16, 32, 64, 8, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4];

    public static string Name(int type) => type >= 0 && type < Names.Length ? Names[type] : "unknown";

    /// <summary>Bytes that <paramref name="count"/> elements take.</summary>
    public static Int128 Bytes(int type, Int128 count) => ((count * (type >= 0 && type < Bits.Length ? Bits[type] : 8)) + 7) / 8;

    /// <summary>Product of <paramref name="dims"/>, no longer exact far beyond what fits in memory; null when one is negative.</summary>
    public static Int128? Count(IEnumerable<long> dims)
    {
        Int128 count = 1;
        var negative = false;
        foreach (var dim in dims)
        {
            negative |= dim < 0;
            count = count > long.MaxValue ? count : count * Math.Max(dim, 0);
        }

        return negative ? null : count;
    }
}
