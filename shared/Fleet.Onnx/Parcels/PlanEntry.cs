using Fleet.Contracts;

namespace Fleet.Onnx.Parcels;

/// <summary>One tensor in the plan of a parcel.</summary>
/// <param name="Gap">Bytes of the rest before it.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Place">Of its base among the base's tensors; -1 where there is none.</param>
/// <param name="Code">How it is written.</param>
internal sealed record PlanEntry(int Gap, int Length, int Place, TensorCode Code)
{
    private const int WidthBits = 3;
    private const int FloatBit = 4;
    private const int DifferenceBit = 8;
    private const int MaskBit = 16;
    private const int AllBits = WidthBits | FloatBit | DifferenceBit | MaskBit;

    public static void Write(Stream plan, PlanEntry entry)
    {
        var code = entry.Code;
        Varint.Write(plan, (ulong)entry.Gap);
        Varint.Write(plan, (ulong)entry.Length);
        Varint.Write(plan, (ulong)((code.Width >> 1) | (code.IsFloat ? FloatBit : 0) | (code.IsDifference ? DifferenceBit : 0) | (code.Blank is null ? 0 : MaskBit)));
        if (code.IsDifference)
        {
            Varint.Write(plan, (ulong)entry.Place);
        }

        if (code.Blank is { } blank)
        {
            Varint.Write(plan, blank);
            Varint.Write(plan, (ulong)code.Stride);
        }
    }

    /// <param name="plan">Read on from where it is.</param>
    /// <param name="known">The base's tensors.</param>
    /// <param name="left">Bytes that the file still has.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>: it says what cannot be.</exception>
    public static PlanEntry Read(StreamCursor plan, IReadOnlyList<TensorRange> known, int left)
    {
        var gap = plan.Number(left);
        var length = plan.Number(left - gap);
        var bits = plan.Number(AllBits);
        var width = 1 << (bits & WidthBits);
        var place = (bits & DifferenceBit) != 0 ? plan.Number(known.Count - 1) : -1;
        var blank = (bits & MaskBit) != 0 ? (uint)plan.Number(uint.MaxValue) : default(uint?);
        var stride = blank is null ? 1 : plan.Number(length);
        var isPossible = width <= sizeof(uint) && length > 0 && length % width == 0
            && (place < 0 || (place < known.Count && known[place].Length == length))
            && (blank is null || TensorCode.CanGroup(length / width, stride));
        return isPossible
            ? new PlanEntry(gap, length, place, new TensorCode(width, (bits & FloatBit) != 0, place >= 0, blank, stride))
            : throw new ProblemException(Problems.ParcelMalformed, "The parcel's plan names a tensor that cannot be.");
    }

}
