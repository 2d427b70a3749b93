namespace Fleet.Contracts;

/// <summary>Outputs of detectors with a row for each cell of their grids.</summary>
internal static class AnchorShapes
{
    // bins of a NanoDet distance: 4 sides of 8
    private const int Distances = 32;
    private static readonly string[] YuNetParts = ["cls", "obj", "bbox"];

    public static HeadMatch? Yolox(HeadFacts facts) => facts.Outputs is [{ Shape: [_, var anchors, var row] }] && HasClasses(row - 5, facts)
        ? Grids(anchors, facts, anchorsPerCell: 1) is { } form ? new(HeadKinds.Yolox, [0], (int?)(row - 5), form) : null
        : null;

    public static HeadMatch? YoloV5(HeadFacts facts) => facts.Outputs is [{ Shape: [_, var anchors, var row] }] && HasClasses(row - 5, facts)
        ? Grids(anchors, facts, anchorsPerCell: 3) is { } form ? new(HeadKinds.YoloV5, [0], (int?)(row - 5), form)
            : Grids(anchors, facts, anchorsPerCell: 1) is not null ? new(HeadKinds.YoloV5, [0], (int?)(row - 5), HeadForm.OneAnchor)
            : null
        : null;

    public static HeadMatch? YoloV8(HeadFacts facts) => facts.Outputs is not [{ Shape: [_, var first, var second] }] ? null
        : HasClasses(first - 4, facts) && !(first > second) && Grids(second, facts, anchorsPerCell: 1) is not null ? new(HeadKinds.YoloV8, [0], (int?)(first - 4))
        : HasClasses(second - 4, facts) && !(second > first) && Grids(first, facts, anchorsPerCell: 1) is not null ? new(HeadKinds.YoloV8, [0], (int?)(second - 4), HeadForm.Rows)
        : second == 6 ? new(HeadKinds.YoloV8, [0], facts.Classes, HeadForm.Suppressed)
        : null;

    public static HeadMatch? NanoDet(HeadFacts facts) => facts.Outputs is [{ Shape: [_, var anchors, var row] } only]
        ? HasClasses(row - Distances, facts) && only.Allows(1, facts.AnchorsUp(HeadKinds.FourStrides)) ? new(HeadKinds.NanoDet, [0], (int?)(row - Distances), HeadForm.OneOutput) : null
        : NanoDetPairs(facts);

    public static HeadMatch? YuNet(HeadFacts facts)
    {
        var roles = HeadKinds.YoloxStrides.SelectMany(stride => YuNetParts.Select(part => Find(facts, $"{part}_{stride}"))).ToList();
        return roles.All(r => r >= 0 && facts.Outputs[r].Shape.Count == 3) && facts.Classes is null or 1 ? new(HeadKinds.YuNet, roles, 1) : null;
    }

    private static bool HasClasses(long? count, HeadFacts facts) => count is null || (count >= 1 && (facts.Classes is not { } wanted || wanted == count));

    private static HeadForm? Grids(long? anchors, HeadFacts facts, int anchorsPerCell) =>
        anchors is not { } known || facts.Anchors(HeadKinds.YoloxStrides) is not { } three ? HeadForm.Usual
        : known == three * anchorsPerCell ? HeadForm.Usual
        : known == facts.Anchors(HeadKinds.FourStrides) * anchorsPerCell ? HeadForm.FourGrids
        : null;

    private static HeadMatch? NanoDetPairs(HeadFacts facts)
    {
        var strides = facts.Outputs.Count switch { 6 => HeadKinds.YoloxStrides, 8 => HeadKinds.FourStrides, _ => [] };
        var roles = new List<int>();
        foreach (var stride in strides)
        {
            var cells = facts.AnchorsUp(stride);
            var pair = Enumerable.Range(0, facts.Outputs.Count).Where(i => facts.Outputs[i].Shape.Count == 3 && facts.Outputs[i].Shape[1] == cells).ToList();
            if (pair is not [var a, var b])
            {
                return null;
            }

            roles.AddRange(IsDistance(facts, a) && !IsDistance(facts, b) ? [b, a] : [a, b]);
        }

        var classes = roles.Count > 0 ? facts.Outputs[roles[0]].Shape[2] : 0;
        return roles.Where((_, i) => i % 2 == 1).All(r => facts.Outputs[r].Shape[2] % 4 == 0) && classes != 0 && HasClasses(classes, facts)
            ? new(HeadKinds.NanoDet, roles, (int?)classes)
            : null;
    }

    private static bool IsDistance(HeadFacts facts, int output) => facts.Outputs[output].Shape[2] is { } size && size == Distances && size != facts.Classes;

    private static int Find(HeadFacts facts, string name) => facts.Outputs.ToList().FindIndex(o => o.Name == name);
}
