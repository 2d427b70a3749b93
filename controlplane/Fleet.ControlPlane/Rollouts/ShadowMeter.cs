using System.Globalization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Reads the guards that judge a version in the shadow. No clock, no I/O; what was not compared never passes.</summary>
internal static class ShadowMeter
{
    /// <summary>What they say of one camera; what broke one too few times in a row is not yet known.</summary>
    public static IEnumerable<GuardFinding> Of(IReadOnlyList<Guard> guards, ShadowWindow window)
    {
        foreach (var (i, guard) in guards.Index().Where(g => g.Item.Kind == GuardKind.ShadowAgreement))
        {
            var (outcome, evidence) = Measure(guard, window);
            var inRow = window.InRow.ElementAtOrDefault(i);
            yield return outcome == GuardOutcome.Fail && inRow < guard.InRow
                ? new GuardFinding(guard, window.Camera, GuardOutcome.NoData, $"{evidence}, {inRow} of {guard.InRow} times in a row")
                : new GuardFinding(guard, window.Camera, outcome, evidence);
        }
    }

    public static (GuardOutcome Outcome, string Evidence) Measure(Guard guard, ShadowWindow window)
    {
        var total = window.Total();
        var tried = total.Compared + total.Failed;
        if (window.Champion is not { } champion)
        {
            return (GuardOutcome.Inconclusive, "the camera runs no version, so there is nothing to compare with");
        }

        if (tried < guard.MinFrames)
        {
            return (GuardOutcome.NoData, Invariant($"{tried} of {guard.MinFrames} frames compared so far"));
        }

        if (total.Failed > (1 - guard.Limit) * tried)
        {
            return (GuardOutcome.Fail, Invariant($"it failed on {total.Failed} of {tried} frames"));
        }

        return total.Agreement is { } agreement
            ? (agreement >= guard.Limit ? GuardOutcome.Pass : GuardOutcome.Fail, Invariant($"agrees with {champion} on {100 * agreement:0.##} % of objects over {tried} frames, {100 * guard.Limit:0.##} % wanted"))
            : (GuardOutcome.Inconclusive, Invariant($"neither it nor {champion} found an object on {tried} frames, so nothing was compared"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
