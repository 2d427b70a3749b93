using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fleet.ControlPlane.Samples;
using Fleet.Contracts;

namespace Fleet.ControlPlane.TrainingRules;

/// <summary>Divides labelled frames into those that are learnt from and those that are held out, for good: a frame that was once held out is never learnt from.</summary>
internal static class LabelSplit
{
    /// <param name="frames">In any order.</param>
    /// <param name="heldOutPercent">5 to 50.</param>
    /// <param name="block">Frames of one camera within it go the same way.</param>
    public static (IReadOnlyList<SnapshotFrame> Learnt, IReadOnlyList<SnapshotFrame> HeldOut) Of(IEnumerable<LabelledFrame> frames, int heldOutPercent, TimeSpan block)
    {
        var parts = frames.ToLookup(f => IsHeldOut(f, heldOutPercent, block), f => f.Frame);
        return ([.. parts[false]], [.. parts[true]]);
    }

    private static bool IsHeldOut(LabelledFrame frame, int percent, TimeSpan block)
    {
        var key = $"{frame.Frame.Device}/{frame.Frame.Camera}/{frame.CapturedAt.UtcTicks / block.Ticks}";
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) % 100 < (ulong)percent;
    }
}
