using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Versions;

/// <summary>What a card's maker measured. Where a version was fine-tuned, its base was measured on the same frames: what it won is the difference of these two and of no others, for another card's figures come from other frames.</summary>
internal static class CardFigures
{
    private const string Before = "_before";

    /// <summary>The figure of the version that this one was fine-tuned from, on the same frames; null where it was not measured.</summary>
    public static double? BaseOf(ModelCard card, string name) =>
        card.Metrics.TryGetValue(name == HeldOutMetrics.Result ? HeldOutMetrics.Base : name + Before, out var figure) ? figure : null;

    /// <summary>The card's measures without those that stand beside another.</summary>
    public static IEnumerable<string> NamesOf(ModelCard card) => card.Metrics.Keys.Where(name => !StandsBeside(card, name));

    /// <summary>As people read it, with that of its base; null where the card has no such measure.</summary>
    public static string? Text(ModelCard card, string name) =>
        !card.Metrics.TryGetValue(name, out var figure) ? null
        : BaseOf(card, name) is { } before ? $"{Figures.Metric(figure)} from {Figures.Metric(before)}"
        : Figures.Metric(figure);

    private static bool StandsBeside(ModelCard card, string name) =>
        name == HeldOutMetrics.Base ? card.Metrics.ContainsKey(HeldOutMetrics.Result) : name.EndsWith(Before, StringComparison.Ordinal) && card.Metrics.ContainsKey(name[..^Before.Length]);
}
