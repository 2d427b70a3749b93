using Fleet.Contracts;

namespace Fleet.Vision.Tracking;

/// <summary>Geometry of zones and lines, px of the frame.</summary>
internal static class Places
{
    private const float BandShare = 0.05f;
    private const float MinBandPx = 2;

    public static bool Counts(IReadOnlyList<string>? classes, string label) => classes is not { Count: > 0 } || Lists(classes, label);

    /// <summary>Where something stands.</summary>
    public static (float X, float Y) Foot(Box box) => (box.X + (box.Width / 2), box.Y + box.Height);

    public static (float X, float Y) Middle(Box box) => (box.X + (box.Width / 2), box.Y + (box.Height / 2));

    public static (float X, float Y) InPx(PicturePoint point, FrameTime frame) => ((float)point.X * frame.WidthPx, (float)point.Y * frame.HeightPx);

    /// <summary>Even-odd rule.</summary>
    public static bool Contains(IReadOnlyList<PicturePoint> polygon, (float X, float Y) point, FrameTime frame)
    {
        var isIn = false;
        for (int i = 0, j = polygon.Count - 1; i < polygon.Count; j = i++)
        {
            var (a, b) = (InPx(polygon[i], frame), InPx(polygon[j], frame));
            if (a.Y > point.Y != b.Y > point.Y && point.X < ((b.X - a.X) * (point.Y - a.Y) / (b.Y - a.Y)) + a.X)
            {
                isIn = !isIn;
            }
        }

        return isIn;
    }

    /// <summary>How far from the edge a box must be to be clear of it, px: boxes tremble.</summary>
    public static float Band(Box box) => Math.Max(MinBandPx, BandShare * box.Height);

    /// <summary>Distance of a point from the nearest edge of a polygon, px.</summary>
    public static float DistanceToEdge(IReadOnlyList<PicturePoint> polygon, (float X, float Y) point, FrameTime frame)
    {
        var nearest = float.MaxValue;
        for (int i = 0, j = polygon.Count - 1; i < polygon.Count; j = i++)
        {
            var (a, b) = (InPx(polygon[i], frame), InPx(polygon[j], frame));
            var (x, y) = (b.X - a.X, b.Y - a.Y);
            var along = Math.Clamp((((point.X - a.X) * x) + ((point.Y - a.Y) * y)) / Math.Max((x * x) + (y * y), 1e-6f), 0, 1);
            var (awayX, awayY) = (point.X - a.X - (along * x), point.Y - a.Y - (along * y));
            nearest = Math.Min(nearest, MathF.Sqrt((awayX * awayX) + (awayY * awayY)));
        }

        return nearest;
    }

    /// <summary>Distance of a point from a line, px: above 0 on its right, seen along it (y points down).</summary>
    public static float Distance((float X, float Y) from, (float X, float Y) to, (float X, float Y) point)
    {
        var (x, y) = (to.X - from.X, to.Y - from.Y);
        return ((x * (point.Y - from.Y)) - (y * (point.X - from.X))) / MathF.Sqrt((x * x) + (y * y));
    }

    /// <summary>Whether the way from a to b passes between c and d.</summary>
    public static bool Meet((float X, float Y) a, (float X, float Y) b, (float X, float Y) c, (float X, float Y) d) =>
        Distance(a, b, c) * Distance(a, b, d) <= 0 && Distance(c, d, a) * Distance(c, d, b) <= 0;

    private static bool Lists(IReadOnlyList<string> classes, string label)
    {
        // no enumerator: this runs for every object on every frame
        for (var i = 0; i < classes.Count; i++)
        {
            if (classes[i] == label)
            {
                return true;
            }
        }

        return false;
    }
}
