using Fleet.Contracts;

namespace Fleet.Onnx;

/// <summary>Walks the bytes of a model before they become objects, because a file of a few megabytes can unfold to many gigabytes of them.</summary>
internal sealed class WireScan
{
    private const int MaxDepth = 90;
    private readonly int _maxParts;
    private readonly long _sizeBytes;
    private int _parts;

    private WireScan(int maxParts, long sizeBytes) => (_maxParts, _sizeBytes) = (maxParts, sizeBytes);

    private enum Kind
    {
        Leaf,
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        Sparse,
        Value,
        Type,
        TensorType,
        Shape,
        Function,
    }

    /// <exception cref="ProblemException"><see cref="Problems.ModelNotOnnx"/> or <see cref="Problems.ModelTooLarge"/>.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, OnnxLimits limits) => new WireScan(limits.MaxParts, bytes.Length).Message(bytes, Kind.Model, depth: 0);

    private static Kind Child(Kind parent, ulong field) => (parent, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 25) => Kind.Function,
        (Kind.Graph, 1) or (Kind.Function, 7) => Kind.Node,
        (Kind.Graph, 5) or (Kind.Attribute, 5 or 10) or (Kind.Sparse, 1 or 2) => Kind.Tensor,
        (Kind.Graph, 11 or 12 or 13) => Kind.Value,
        (Kind.Graph, 15) or (Kind.Attribute, 22 or 23) => Kind.Sparse,
        (Kind.Node, 5) or (Kind.Function, 11) => Kind.Attribute,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        (Kind.Value, 2) => Kind.Type,
        (Kind.Type, 1) => Kind.TensorType,
        (Kind.TensorType, 2) => Kind.Shape,
        _ => Kind.Leaf,
    };

    private void Message(ReadOnlySpan<byte> bytes, Kind kind, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ProblemException(Problems.ModelTooLarge, $"The model nests its parts more than {MaxDepth} deep; no network needs that. Export it again.");
        }

        while (!bytes.IsEmpty)
        {
            if (++_parts > _maxParts)
            {
                throw new ProblemException(Problems.ModelTooLarge, $"The model is made of more than {_maxParts} parts; that many would not fit in memory. Simplify the graph and export it again.");
            }

            var tag = Varint(ref bytes);
            switch (tag & 7)
            {
                case 0: Varint(ref bytes); break;
                case 1: Skip(ref bytes, 8); break;
                case 2:
                    var content = Skip(ref bytes, Varint(ref bytes));
                    if (Child(kind, tag >> 3) is not Kind.Leaf and var child)
                    {
                        Message(content, child, depth + 1);
                    }

                    break;
                case 5: Skip(ref bytes, 4); break;
                default: throw NotOnnx.Unreadable(_sizeBytes, cause: null);
            }
        }
    }

    private ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < 10 && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw NotOnnx.Unreadable(_sizeBytes, cause: null);
    }

    private ReadOnlySpan<byte> Skip(ref ReadOnlySpan<byte> bytes, ulong count)
    {
        if (count > (ulong)bytes.Length)
        {
            throw NotOnnx.Unreadable(_sizeBytes, cause: null);
        }

        var skipped = bytes[..(int)count];
        bytes = bytes[(int)count..];
        return skipped;
    }
}
