namespace Fleet.Vision.Evaluation;

/// <summary>How much two boxes share, in the three ways that published figures use.</summary>
internal static class Overlap
{
    /// <summary>Intersection over union, as COCO has it.</summary>
    public static double Iou(in ExactBox a, in ExactBox b)
    {
        var shared = Shared(a, b);
        return shared == 0 ? 0 : shared / (a.Area + b.Area - shared);
    }

    /// <summary>Share of <paramref name="found"/> that lies in a crowd, as COCO has it.</summary>
    public static double Within(in ExactBox found, in ExactBox crowd) => Shared(found, crowd) is > 0 and var shared ? shared / found.Area : 0;

    /// <summary>Intersection over union where right and bottom edge are the last pixel inside, as VOC has it.</summary>
    public static double PixelIou(in ExactBox a, in ExactBox b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X) + 1;
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Y, b.Y) + 1;
        var shared = width > 0 && height > 0 ? width * height : 0;
        return shared / (PixelArea(a) + PixelArea(b) - shared);
    }

    private static double PixelArea(in ExactBox box) => (box.Width + 1) * (box.Height + 1);

    private static double Shared(in ExactBox a, in ExactBox b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Y, b.Y);
        return width > 0 && height > 0 ? width * height : 0;
    }
}
