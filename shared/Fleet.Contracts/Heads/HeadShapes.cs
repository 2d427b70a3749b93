namespace Fleet.Contracts;

/// <summary>Which outputs are those of which head. The same rules judge a file before it runs, where dimensions may be free, and a network that is loaded.</summary>
public static class HeadShapes
{
    /// <summary>How the outputs serve <paramref name="head"/>; null when they do not.</summary>
    public static HeadMatch? Match(string head, HeadFacts facts) => head switch
    {
        HeadKinds.Fleet => MapShapes.Fleet(facts),
        HeadKinds.Yolox => AnchorShapes.Yolox(facts),
        HeadKinds.YoloV5 => AnchorShapes.YoloV5(facts),
        HeadKinds.YoloV8 => AnchorShapes.YoloV8(facts),
        HeadKinds.Ssd => ListShapes.Ssd(facts),
        HeadKinds.FastestDet => MapShapes.FastestDet(facts),
        HeadKinds.NanoDet => AnchorShapes.NanoDet(facts),
        HeadKinds.CenterNet => MapShapes.CenterNet(facts),
        HeadKinds.YuNet => AnchorShapes.YuNet(facts),
        HeadKinds.Classes => ListShapes.Classes(facts),
        HeadKinds.Tiles => ListShapes.Tiles(facts),
        HeadKinds.Heatmap => MapShapes.Heatmap(facts),
        _ => null,
    };

    /// <summary>The heads that these outputs can only be meant for: one where the shapes tell, several where they do not, none where nothing fits. A heat map is never guessed: any picture has its shape.</summary>
    public static IReadOnlyList<HeadMatch> Recognise(HeadFacts facts)
    {
        var fits = HeadKinds.All.Where(h => h != HeadKinds.Heatmap).Select(h => Match(h, facts)).OfType<HeadMatch>().Where(m => IsTelling(m, facts)).ToList();
        // between a count that everyone trains and one that nobody does, the shapes do tell
        var coco = fits.Where(m => m.Classes == ClassLists.Coco.Count).ToList();
        return fits.Count > 1 && coco.Count == 1 ? coco : fits;
    }

    /// <summary>What the outputs of <paramref name="head"/> must be, in words.</summary>
    public static string Wanted(string head, HeadFacts facts)
    {
        var classes = facts.Classes?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var (c, plus4, plus5) = (classes ?? "C", More(facts.Classes, 4), More(facts.Classes, 5));
        var anchors = facts.Anchors(HeadKinds.YoloxStrides)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "anchors";
        var size = facts.WidthPx is { } w ? $" for an input of {w}x{facts.HeightPx}" : "";
        return head switch
        {
            HeadKinds.Fleet => $"peaks[N,{c},h,w] and ltrb[N,4,h,w]",
            HeadKinds.Yolox => $"one output [1,{anchors},{plus5}]{size}",
            HeadKinds.YoloV5 => $"one output [1,3*{anchors},{plus5}] or [1,{anchors},{plus5}]{size}",
            HeadKinds.YoloV8 => $"one output [1,{plus4},{anchors}], [1,{anchors},{plus4}] or [1,n,6]{size}",
            HeadKinds.Ssd => $"scores [1,n,{c}] or [1,n,{More(facts.Classes, 1)}] and boxes [1,n,4]",
            HeadKinds.FastestDet => $"one output [1,{plus5},h,w]",
            HeadKinds.NanoDet => $"classes [1,n,{c}] and distances [1,n,32] for each stride 8, 16 and 32, or one output [1,n,{More(facts.Classes, 32)}] for strides 8 to 64{size}",
            HeadKinds.CenterNet => $"heat [1,{c},h,w], sizes [1,2,h,w] and offsets [1,2,h,w]",
            HeadKinds.YuNet => "cls_8 to cls_32, obj_8 to obj_32 and bbox_8 to bbox_32, of one class",
            HeadKinds.Classes => $"one output [1,{c}] or [1,{c},1,1]",
            HeadKinds.Tiles => $"one output [{facts.Tiles?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "tiles"},{c}] or [tiles,{More(facts.Classes, 1)}]",
            _ => $"one output [1,{c},h,w] or [1,{More(facts.Classes, 1)},h,w] no larger than the input",
        };
    }

    private static bool IsTelling(HeadMatch match, HeadFacts facts) => match switch
    {
        { Head: HeadKinds.YoloV8, Form: not HeadForm.Usual } or { Form: HeadForm.OneAnchor } => false,
        { Head: HeadKinds.FastestDet } => match.Classes == ClassLists.Coco.Count && facts.Outputs[0].Allows(2, facts.HeightPx / 16) && facts.Outputs[0].Allows(3, facts.WidthPx / 16),
        _ => true,
    };

    private static string More(int? classes, int extra) => classes is { } count
        ? (count + extra).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : $"{extra}+C";
}
