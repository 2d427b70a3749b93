using Fleet.Contracts;

namespace Fleet.Agent.Triggers;

/// <summary>What a frame is worth, and why. From facts alone.</summary>
internal static class TriggerRules
{
    /// <summary>A second doubtful box adds so much of what is missing to full doubt, and so on.</summary>
    private const double AnotherBox = 0.2;

    /// <summary>Where a trigger begins to hold, its strength is this.</summary>
    private const double AtLimit = 0.5;

    /// <summary>0 where no trigger holds; each one that holds takes its part of what is missing to 1.</summary>
    public static double Value(in FrameFacts facts, GatherPolicy policy) =>
        1 - ((1 - (policy.UncertainWeight * Uncertain(facts)))
            * (1 - (policy.FlickerWeight * Flicker(facts)))
            * (1 - (policy.NovelWeight * Novel(facts, policy)))
            * (1 - (policy.CountWeight * OddCount(facts, policy))));

    /// <summary>The triggers that hold, the one worth most first.</summary>
    public static IReadOnlyList<SampleReason> Reasons(FrameFacts facts, TriggerSettings settings)
    {
        var policy = settings.Gather;
        (double Weight, SampleReason Reason)[] all =
        [
            (policy.UncertainWeight, new(TriggerNames.Uncertain, Uncertain(facts), $"{Boxes(facts.InBand)} with a score between {settings.UncertainLow:0.##} and {settings.UncertainHigh:0.##}")),
            (policy.FlickerWeight, new(TriggerNames.Flicker, Flicker(facts), $"{Boxes(facts.Flickers)} of the frames before and after missing")),
            (policy.NovelWeight, new(TriggerNames.Novel, Novel(facts, policy), $"{facts.Distance:0.00} away from every kept picture, {policy.NovelDistance:0.00} is novel")),
            (policy.CountWeight, new(TriggerNames.Count, OddCount(facts, policy), $"{facts.Count} objects where {facts.UsualCount:0.#} are usual, {facts.Deviations:0.0} standard deviations away")),
        ];
        return [.. all.Where(r => r.Weight * r.Reason.Strength > 0).OrderByDescending(r => r.Weight * r.Reason.Strength).Select(r => r.Reason)];
    }

    private static string Boxes(int count) => count == 1 ? "1 box" : $"{count} boxes";

    private static double Uncertain(in FrameFacts facts) =>
        facts.InBand == 0 ? 0 : (0.5 * facts.Closest) + (0.5 * (1 - Math.Pow(1 - AnotherBox, facts.InBand)));

    private static double Flicker(in FrameFacts facts) => facts.Flickers == 0 ? 0 : 1 - (0.3 / facts.Flickers);

    private static double Novel(in FrameFacts facts, GatherPolicy policy) => Beyond(facts.Distance, policy.NovelDistance);

    private static double OddCount(in FrameFacts facts, GatherPolicy policy) => Beyond(facts.Deviations, policy.CountDeviations);

    private static double Beyond(double value, double limit) => value <= limit ? 0 : Math.Min(1, AtLimit * value / limit);
}
