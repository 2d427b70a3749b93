using System.Globalization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>How the cameras of a box that keep the version before changed since the others were told: what they all see changes theirs too.</summary>
/// <param name="Factor">Now over before; 1 where a guard does not look at them.</param>
/// <param name="Words">For the guard's sentence.</param>
/// <param name="Outcome">Null where it is known.</param>
internal readonly record struct Drift(double Factor, string Words, GuardOutcome? Outcome)
{
    public static Drift Of(Guard guard, IReadOnlyList<GuardWindow> controls, Func<Tally, double?> measure)
    {
        if (guard.Against == GuardAgainst.Before)
        {
            return new Drift(1, "", null);
        }

        var known = controls.Where(c => c.Before.Completed >= guard.MinFrames).ToList();
        if (known.Count == 0)
        {
            return new Drift(1, $"no other camera of the box completed {guard.MinFrames} frames with the version before, so there is nothing to compare with", GuardOutcome.Inconclusive);
        }

        var (before, now) = (Tally.Zero, Tally.Zero);
        foreach (var control in known)
        {
            (before, now) = (before + control.Before, now + control.Total());
        }

        if (now.Completed < guard.MinFrames)
        {
            return new Drift(1, $"{now.Completed} of {guard.MinFrames} frames so far on the other cameras of the box", GuardOutcome.NoData);
        }

        return (measure(before), measure(now)) is ({ } then, { } since) && then > 0 && double.IsFinite(then) && double.IsFinite(since)
            ? new Drift(since / then, string.Create(CultureInfo.InvariantCulture, $", and {since / then:0.##} times as much meanwhile on {known.Count} other camera{(known.Count == 1 ? "" : "s")} of the box"), null)
            : new Drift(1, "the other cameras of the box cannot be compared with", GuardOutcome.Inconclusive);
    }
}
