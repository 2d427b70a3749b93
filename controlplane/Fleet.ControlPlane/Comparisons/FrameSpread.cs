namespace Fleet.ControlPlane.Comparisons;

/// <summary>Which frames of many are looked at.</summary>
internal static class FrameSpread
{
    /// <summary>At most <paramref name="wanted"/>, evenly over all, always the same ones.</summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> all, int wanted) =>
        all.Count <= wanted ? all : [.. Enumerable.Range(0, wanted).Select(i => all[(int)((long)i * all.Count / wanted)])];
}
