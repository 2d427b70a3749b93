using Fleet.Contracts;

namespace Fleet.Agent.Triggers;

/// <summary>All that the choice of a frame follows from.</summary>
/// <param name="Frame">Its number at its source.</param>
/// <param name="Draw">Chance's number for it, 0 to 1, by device, camera, frame and seed.</param>
/// <param name="InBand">Boxes whose score lies in the doubtful band.</param>
/// <param name="Closest">How close to the middle of the band the nearest of them is: 1 in the middle, 0 at its edge.</param>
/// <param name="Flickers">Objects it lacks that the frames before and after have.</param>
/// <param name="Distance">How far the nearest picture is that was kept or waits to be.</param>
/// <param name="Count">Objects found on it.</param>
/// <param name="UsualCount">Their usual number.</param>
/// <param name="Deviations">How many standard deviations lie between the two.</param>
internal readonly record struct FrameFacts(
    long Frame, double Draw, int InBand, double Closest, int Flickers, double Distance, int Count, double UsualCount, double Deviations);

/// <summary>What is read of a policy when frames are judged.</summary>
internal sealed record TriggerSettings(double UncertainLow, double UncertainHigh, GatherPolicy Gather)
{
    public static TriggerSettings Of(DevicePolicy policy) => new(policy.UncertainLow, policy.UncertainHigh, policy.Gather);
}
