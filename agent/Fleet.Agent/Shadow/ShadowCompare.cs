using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Shadow;

/// <summary>What two versions found on one frame, held against each other.</summary>
/// <param name="Matched">Objects that both found.</param>
/// <param name="OnlyChampion">Objects that only the version in service found.</param>
/// <param name="OnlyCandidate">Objects that only the candidate found.</param>
internal readonly record struct ShadowCompare(int Matched, int OnlyChampion, int OnlyCandidate)
{
    /// <summary>Boxes of one class are the same object from this overlap on.</summary>
    private const float MinIou = 0.5f;

    public bool Agrees => OnlyChampion + OnlyCandidate == 0;

    /// <summary>Share of objects that one found alone, 0 to 1.</summary>
    public double Strength => Agrees ? 0 : (double)(OnlyChampion + OnlyCandidate) / (Matched + OnlyChampion + OnlyCandidate);

    public string Words => $"{Matched} found by both, {OnlyChampion} by the version in service alone, {OnlyCandidate} by the candidate alone";

    /// <summary>Pairs each box of the champion, the surest first, with the one of its class that overlaps it most.</summary>
    public static ShadowCompare Of(IReadOnlyList<Detection> champion, IReadOnlyList<Detection> candidate)
    {
        var left = candidate.ToList();
        var matched = 0;
        foreach (var wanted in champion.OrderByDescending(d => d.Score))
        {
            var best = left.Where(d => d.Label == wanted.Label).MaxBy(d => Boxes.Iou(d.Box, wanted.Box));
            if (best is not null && Boxes.Iou(best.Box, wanted.Box) >= MinIou)
            {
                left.Remove(best);
                matched++;
            }
        }

        return new ShadowCompare(matched, champion.Count - matched, left.Count);
    }
}
