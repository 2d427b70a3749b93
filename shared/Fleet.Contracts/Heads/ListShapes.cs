namespace Fleet.Contracts;

/// <summary>Outputs that are lists of scores.</summary>
internal static class ListShapes
{
    public static HeadMatch? Ssd(HeadFacts facts)
    {
        if (facts.Outputs is not [{ Shape: [_, var n, var a] } first, { Shape: [_, _, var b] } second] || !second.Allows(1, n))
        {
            return null;
        }

        var boxesFirst = a == 4 && (b != 4 || first.Name.Contains("box", StringComparison.OrdinalIgnoreCase));
        var (scores, sides) = boxesFirst ? (b, a) : (a, b);
        IReadOnlyList<int> roles = boxesFirst ? [1, 0] : [0, 1];
        return sides is not (4 or null) || scores is 0 ? null
            : scores is not { } count ? new(HeadKinds.Ssd, roles, facts.Classes)
            : count == facts.Classes || count == 1 ? facts.Classes is null or 1 || count == facts.Classes ? new(HeadKinds.Ssd, roles, (int)count) : null
            : facts.Classes is null || count == facts.Classes + 1 ? new(HeadKinds.Ssd, roles, (int)count - 1, HeadForm.Background)
            : null;
    }

    public static HeadMatch? Classes(HeadFacts facts)
    {
        if (facts.Tiles is not null || facts.Outputs is not [var only])
        {
            return null;
        }

        var count = only.Shape switch { [_, var c] => c, [_, var c, 1, 1] => c, [_, 1, 1, var c] => c, _ => 0 };
        return count is null or > 1 && (count is null || facts.Classes is null || count == facts.Classes) ? new(HeadKinds.Classes, [0], (int?)count) : null;
    }

    public static HeadMatch? Tiles(HeadFacts facts) => facts is { Tiles: { } tiles, Outputs: [{ Shape: { Count: 1 or 2 } shape }] } && (shape[0] is null || shape[0] == tiles)
        ? WithBackground(HeadKinds.Tiles, facts, shape is [_, var planes] ? planes : 1)
        : null;

    /// <summary>Planes of scores that may begin with the background's; two of them and no names are background and one class.</summary>
    public static HeadMatch? WithBackground(string head, HeadFacts facts, long? planes) =>
        planes is not { } count ? new(head, [0], facts.Classes)
        : facts.Classes == count ? new(head, [0], (int)count)
        : facts.Classes == count - 1 || (facts.Classes is null && count == 2) ? new(head, [0], (int)count - 1, HeadForm.Background)
        : facts.Classes is null ? new(head, [0], (int)count)
        : null;
}
