using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>A version that a camera is to run beside the one in service, on the same frames and without acting.</summary>
/// <param name="Version">The candidate.</param>
/// <param name="EveryNth">Every so many frames that the champion completes are compared, where time is left, 1 to 1000.</param>
/// <param name="MaxShare">The candidate computes for at most this share of the time, 0.01 to 0.9; frames that come meanwhile are passed over by it, never by the champion.</param>
public sealed record DesiredShadow(VersionId Version, int EveryNth = 1, double MaxShare = 0.25);

/// <summary>Has a camera run a released version in the shadow of the one in service.</summary>
/// <param name="Version">The candidate.</param>
/// <param name="EveryNth">Every so many completed frames are compared, where time is left.</param>
/// <param name="MaxShare">It computes for at most this share of the time.</param>
public sealed record ShadowRequest(VersionId Version, [property: Range(1, 1000)] int EveryNth = 1, [property: Range(0.01, 0.9)] double MaxShare = 0.25);

/// <summary>How far a version in the shadow is.</summary>
/// <param name="Camera">On which camera.</param>
/// <param name="Version">The candidate.</param>
/// <param name="Runs">It looks at frames.</param>
/// <param name="Problem">Why it does not and will not; null while nothing is wrong.</param>
public sealed record ReportedShadow(CameraId Camera, VersionId Version, bool Runs, ReportedProblem? Problem);

/// <summary>What a version in the shadow found against the champion, since the agent started; all counters only rise.</summary>
/// <param name="Camera">On which camera.</param>
/// <param name="Champion">The version in service.</param>
/// <param name="Version">The candidate.</param>
/// <param name="Compared">Frames that both looked at.</param>
/// <param name="Agreed">Frames on which both found the same, nothing included.</param>
/// <param name="Matched">Objects that both found: the same class, and boxes that overlap by half or more.</param>
/// <param name="OnlyChampion">Objects that the champion alone found.</param>
/// <param name="OnlyCandidate">Objects that the candidate alone found.</param>
/// <param name="Failed">Frames the candidate failed on.</param>
/// <param name="PassedOver">Frames due that it did not look at, because its share of the time was used up.</param>
/// <param name="TotalMs">Time it computed, ms.</param>
public sealed record ShadowCounters(
    CameraId Camera,
    VersionId Champion,
    VersionId Version,
    long Compared,
    long Agreed,
    long Matched,
    long OnlyChampion,
    long OnlyCandidate,
    long Failed,
    long PassedOver,
    double TotalMs)
{
    /// <summary>Share of objects on which both agree, 0 to 1: twice the matched over all that either found; null before either found any.</summary>
    [JsonIgnore]
    public double? Agreement => Matched + OnlyChampion + OnlyCandidate is > 0 and var any ? 2.0 * Matched / (any + Matched) : null;
}
