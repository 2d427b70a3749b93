using System.Text;
using Fleet.Contracts;

namespace Fleet.Onnx.Parcels;

/// <summary>Where the elements of an initialiser lie in its file.</summary>
/// <param name="Name">The initialiser's.</param>
/// <param name="Type">Element type by the schema's number.</param>
/// <param name="Dims">Its shape.</param>
/// <param name="Offset">Of its first byte in the file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Width">Bytes of an element: 1, 2 or 4.</param>
internal sealed record TensorRange(string Name, int Type, IReadOnlyList<long> Dims, int Offset, int Length, int Width)
{
    private const int Float = 1;
    private const int Half = 10;
    private const int BrainFloat = 16;

    public int Count => Length / Width;

    /// <summary>Its bits sort as its values do once the sign is turned.</summary>
    public bool IsFloat => Type is Float or Half or BrainFloat;

    /// <summary>Elements from one input channel to the next, which is the axis that 2:4 prunes along.</summary>
    public int Stride => Dims.Count > 2 ? (int)Dims.Skip(2).Aggregate(1L, (product, dim) => product * dim) : 1;

    public bool IsLike(TensorRange other) => Type == other.Type && Length == other.Length && Dims.SequenceEqual(other.Dims);
}

/// <summary>Finds the initialisers whose elements lie in a file as they lie in memory. The same bytes give the same ranges, in the order of the file.</summary>
internal static class TensorRanges
{
    /// <summary>More of a file are left where they are.</summary>
    public const int MaxTensors = 100_000;

    /// <summary>Shorter ones are not worth an entry of their own.</summary>
    private const int MinLength = 32;
    private const int ModelGraph = 7;
    private const int GraphInitializer = 5;
    private const int TensorDims = 1;
    private const int TensorType = 2;
    private const int TensorFloats = 4;
    private const int TensorName = 8;
    private const int TensorRaw = 9;

    /// <returns>Empty for a file that is no ONNX model.</returns>
    public static IReadOnlyList<TensorRange> Find(ReadOnlySpan<byte> file)
    {
        List<TensorRange> found = [];
        try
        {
            foreach (var graph in Fields(file, 0, file.Length).Where(f => f.Number == ModelGraph && f.IsBlock))
            {
                foreach (var tensor in Fields(file, graph.Offset, graph.Length).Where(f => f.Number == GraphInitializer && f.IsBlock))
                {
                    if (Read(file, tensor) is { } range && found.Count < MaxTensors)
                    {
                        found.Add(range);
                    }
                }
            }

            return found;
        }
        catch (ProblemException)
        {
            return [];
        }
    }

    private static TensorRange? Read(ReadOnlySpan<byte> file, WireField tensor)
    {
        var (name, type, dims, data) = ("", 0, new List<long>(), default(WireField));
        foreach (var field in Fields(file, tensor.Offset, tensor.Length))
        {
            switch (field)
            {
                case { Number: TensorDims, IsBlock: false }:
                    dims.Add((long)field.Value);
                    break;
                case { Number: TensorDims }:
                    dims.AddRange(Packed(file.Slice(field.Offset, field.Length)));
                    break;
                case { Number: TensorType, IsBlock: false }:
                    type = (int)field.Value;
                    break;
                case { Number: TensorName, IsBlock: true }:
                    name = Encoding.UTF8.GetString(file.Slice(field.Offset, field.Length));
                    break;
                case { Number: TensorRaw or TensorFloats, IsBlock: true } when data.Length == 0:
                    data = field;
                    break;
            }
        }

        var width = (int)Elements.Bytes(type, 1);
        return width is 1 or 2 or 4 && data.Length >= MinLength && Elements.Count(dims) is { } count && Elements.Bytes(type, count) == data.Length && count * width == data.Length
            ? new TensorRange(name, type, dims, data.Offset, data.Length, width)
            : null;
    }

    private static List<long> Packed(ReadOnlySpan<byte> bytes)
    {
        List<long> values = [];
        for (var at = 0; at < bytes.Length;)
        {
            values.Add((long)Varint.Read(bytes, ref at));
        }

        return values;
    }

    private static List<WireField> Fields(ReadOnlySpan<byte> file, int offset, int length)
    {
        List<WireField> fields = [];
        var part = file[..(offset + length)];
        for (var at = offset; at < part.Length;)
        {
            var tag = Varint.Read(part, ref at);
            var kind = (int)(tag & 7);
            var value = kind is 0 or 2 ? Varint.Read(part, ref at) : kind == 1 ? 8UL : kind == 5 ? 4UL : ulong.MaxValue;
            var bytes = kind == 0 ? 0 : value;
            if (bytes > (ulong)(part.Length - at) || fields.Count > MaxTensors * 4)
            {
                throw new ProblemException(Problems.ModelNotOnnx, "The bytes are no ONNX model.");
            }

            fields.Add(new WireField(tag >> 3, kind == 2, at, (int)bytes, value));
            at += (int)bytes;
        }

        return fields;
    }

    private readonly record struct WireField(ulong Number, bool IsBlock, int Offset, int Length, ulong Value);
}
