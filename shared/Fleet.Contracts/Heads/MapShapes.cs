namespace Fleet.Contracts;

/// <summary>Outputs that are maps of the picture.</summary>
internal static class MapShapes
{
    public static HeadMatch? Fleet(HeadFacts facts)
    {
        var (peaks, ltrb) = (Find(facts, "peaks"), Find(facts, "ltrb"));
        return peaks >= 0 && ltrb >= 0 && facts.Outputs[peaks] is { Shape: [_, var classes, var h, var w] } && facts.Outputs[ltrb] is { Shape.Count: 4 } sides
            && sides.Allows(1, 4) && sides.Allows(2, h) && sides.Allows(3, w) && (classes is null || facts.Classes is null || classes == facts.Classes)
            ? new(HeadKinds.Fleet, [peaks, ltrb], (int?)classes)
            : null;
    }

    public static HeadMatch? FastestDet(HeadFacts facts) =>
        facts.Outputs is [{ Shape: [_, var row, _, _] }] && (row is null || (row > 5 && (facts.Classes is null || facts.Classes == row - 5)))
            ? new(HeadKinds.FastestDet, [0], (int?)(row - 5))
            : null;

    public static HeadMatch? CenterNet(HeadFacts facts)
    {
        var maps = facts.Outputs;
        if (maps.Count is not (2 or 3) || maps.Any(m => m.Shape.Count != 4 || !m.Allows(2, maps[0].Shape[2]) || !m.Allows(3, maps[0].Shape[3])))
        {
            return null;
        }

        var heat = maps.ToList().FindIndex(m => m.Shape[1] is not 2) is >= 0 and var only ? only : Named(facts, "hm", "heat") is >= 0 and var named ? named : 0;
        var pairs = Enumerable.Range(0, maps.Count).Where(i => i != heat && maps[i].Allows(1, 2)).ToList();
        if (pairs.Count != maps.Count - 1 || (maps[heat].Shape[1] is { } count && facts.Classes is { } wanted && wanted != count))
        {
            return null;
        }

        var offset = Named(facts, "reg", "off");
        var inOrder = pairs.Count == 2 && pairs[0] == offset ? [pairs[1], pairs[0]] : pairs;
        return new(HeadKinds.CenterNet, [heat, .. inOrder], (int?)maps[heat].Shape[1]);
    }

    public static HeadMatch? Heatmap(HeadFacts facts) =>
        facts.Outputs is [{ Shape: [_, var planes, var h, var w] }] && !(h > facts.HeightPx) && !(w > facts.WidthPx) && planes is null or > 0
            ? ListShapes.WithBackground(HeadKinds.Heatmap, facts, planes)
            : null;

    private static int Find(HeadFacts facts, string name) => facts.Outputs.ToList().FindIndex(o => o.Name == name);

    private static int Named(HeadFacts facts, params string[] parts) =>
        facts.Outputs.ToList().FindIndex(o => parts.Any(p => o.Name.Contains(p, StringComparison.OrdinalIgnoreCase)));
}
