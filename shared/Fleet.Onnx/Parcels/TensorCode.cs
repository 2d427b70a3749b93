using System.Buffers.Binary;
using Fleet.Contracts;

namespace Fleet.Onnx.Parcels;

/// <summary>How the elements of one tensor are written.</summary>
/// <param name="Width">Bytes of an element: 1, 2 or 4.</param>
/// <param name="IsFloat">Differences are taken in the order of the values, not of the bits.</param>
/// <param name="IsDifference">To the base's tensor.</param>
/// <param name="Blank">The element that pruning leaves: only its places are kept, as one bit of four; null where every element is kept.</param>
/// <param name="Stride">Elements between the four of a group.</param>
internal sealed record TensorCode(int Width, bool IsFloat, bool IsDifference, uint? Blank, int Stride)
{
    public const int Group = 4;

    /// <summary>Whether elements can be grouped in fours at <paramref name="stride"/>.</summary>
    public static bool CanGroup(int count, int stride) => stride > 0 && (long)stride * Group <= count && count % ((long)stride * Group) == 0;

    /// <summary>Writes masks and planes.</summary>
    public void Pack(ReadOnlySpan<byte> elements, ReadOnlySpan<byte> from, Stream masks, ReadOnlySpan<Stream> planes)
    {
        var kept = Blank is { } blank ? WriteMasks(elements, from, blank, masks) : null;
        for (int at = 0, i = 0; at < elements.Length; at += Width, i++)
        {
            if (kept is null || kept[i])
            {
                var value = Coded(Element(elements, at), from.IsEmpty ? null : Element(from, at));
                for (var plane = 0; plane < Width; plane++)
                {
                    planes[plane].WriteByte((byte)(value >> (8 * plane)));
                }
            }
        }
    }

    /// <summary>Fills <paramref name="elements"/> from masks and planes.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>: they are too short, or say what cannot be.</exception>
    public void Unpack(Span<byte> elements, ReadOnlySpan<byte> from, StreamCursor masks, ReadOnlySpan<StreamCursor> planes)
    {
        var count = elements.Length / Width;
        var kept = Blank is { } blank ? ReadMasks(count, from, blank, masks) : null;
        var values = kept?.Count(k => k) ?? count;
        Span<int> starts = stackalloc int[Width];
        for (var plane = 0; plane < Width; plane++)
        {
            starts[plane] = planes[plane].Take(values);
        }

        for (int at = 0, i = 0, v = 0; i < count; at += Width, i++)
        {
            if (kept is not null && !kept[i])
            {
                Put(elements, at, Blank!.Value);
                continue;
            }

            uint value = 0;
            for (var plane = 0; plane < Width; plane++)
            {
                value |= (uint)planes[plane].Bytes[starts[plane] + v] << (8 * plane);
            }

            v++;
            Put(elements, at, Decoded(value, from.IsEmpty ? null : Element(from, at)));
        }
    }

    private bool[] WriteMasks(ReadOnlySpan<byte> elements, ReadOnlySpan<byte> from, uint blank, Stream masks)
    {
        var kept = new bool[elements.Length / Width];
        foreach (var first in Firsts(kept.Length, Stride))
        {
            var (mask, before) = (0, 0);
            for (var k = 0; k < Group; k++)
            {
                var i = first + (k * Stride);
                kept[i] = Element(elements, i * Width) != blank;
                mask |= kept[i] ? 1 << k : 0;
                before |= !from.IsEmpty && Element(from, i * Width) != blank ? 1 << k : 0;
            }

            masks.WriteByte((byte)(mask ^ before));
        }

        return kept;
    }

    private bool[] ReadMasks(int count, ReadOnlySpan<byte> from, uint blank, StreamCursor masks)
    {
        var kept = new bool[count];
        var at = masks.Take(count / Group);
        foreach (var first in Firsts(count, Stride))
        {
            int mask = masks.Bytes[at++];
            if (mask >= 1 << Group)
            {
                throw new ProblemException(Problems.ParcelMalformed, "The parcel has a mask of more than four bits.");
            }

            for (var k = 0; k < Group; k++)
            {
                var i = first + (k * Stride);
                var before = !from.IsEmpty && Element(from, i * Width) != blank;
                kept[i] = ((mask >> k) & 1) != 0 ^ before;
            }
        }

        return kept;
    }

    /// <summary>The first element of each group.</summary>
    private static IEnumerable<int> Firsts(int count, int stride)
    {
        for (var block = 0; block < count; block += stride * Group)
        {
            for (var i = block; i < block + stride; i++)
            {
                yield return i;
            }
        }
    }

    private uint Coded(uint element, uint? from)
    {
        if (from is not { } before)
        {
            return element;
        }

        var unused = 32 - (8 * Width);
        var difference = (int)((Ordered(element) - Ordered(before)) << unused) >> unused;
        return (uint)((difference << 1) ^ (difference >> 31)) << unused >> unused;
    }

    private uint Decoded(uint value, uint? from)
    {
        if (from is not { } before)
        {
            return value;
        }

        var difference = (value >> 1) ^ (uint)-(int)(value & 1);
        return Disordered(Cut(Ordered(before) + difference));
    }

    private uint Ordered(uint bits) => !IsFloat ? bits : (bits & Sign) != 0 ? Cut(~bits) : bits | Sign;

    private uint Disordered(uint order) => !IsFloat ? order : (order & Sign) != 0 ? order & ~Sign : Cut(~order);

    private uint Sign => 1u << ((8 * Width) - 1);

    private uint Cut(uint value) => Width == 4 ? value : value & ((1u << (8 * Width)) - 1);

    private uint Element(ReadOnlySpan<byte> bytes, int at) => Width switch
    {
        1 => bytes[at],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]),
    };

    private void Put(Span<byte> bytes, int at, uint value)
    {
        for (var plane = 0; plane < Width; plane++)
        {
            bytes[at + plane] = (byte)(value >> (8 * plane));
        }
    }
}
