using Fleet.Contracts;
using Fleet.Vision;
using OpenCvSharp;

namespace Fleet.Agent.Privacy;

/// <summary>Makes objects of given classes, and given zones, unrecognisable. The pixels are gone, not hidden.</summary>
internal static class Redactor
{
    /// <summary>A box is covered with so much more on each side: networks cut off hair and hands.</summary>
    private const float Margin = 0.15f;

    /// <summary>What a blur leaves of a region: so many cells across, too few for a face or a number plate.</summary>
    private const int Cells = 4;
    private static readonly Scalar Grey = Scalar.All(114);

    /// <summary>Whether any rule can touch a picture of a camera with these zones.</summary>
    public static bool Touches(IReadOnlyList<Redaction> rules, IReadOnlyList<Zone> zones) =>
        rules.Count > 0 && rules.Any(r => r.Class is not null || zones.Any(z => z.Name == r.Zone));

    /// <summary>Covers in place what <paramref name="rules"/> say.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="objects">Where objects are or must be; null where nothing looked: then any rule by class covers all of the picture.</param>
    /// <param name="zones">Of the camera.</param>
    /// <param name="rules">Of the policy.</param>
    public static void Apply(Frame frame, IReadOnlyList<Detection>? objects, IReadOnlyList<Zone> zones, IReadOnlyList<Redaction> rules)
    {
        using var picture = Mat.FromPixelData(frame.HeightPx, frame.WidthPx, frame.Channels == 3 ? MatType.CV_8UC3 : MatType.CV_8UC1, frame.Pixels);
        foreach (var rule in rules)
        {
            foreach (var zone in zones.Where(z => rule.Zone is not null && z.Name == rule.Zone))
            {
                Cover(picture, [.. zone.Points.Select(p => new Point((int)Math.Round(p.X * frame.WidthPx), (int)Math.Round(p.Y * frame.HeightPx)))], rule.Kind);
            }

            if (rule.Class is not null)
            {
                CoverClass(picture, objects, rule);
            }
        }
    }

    private static void CoverClass(Mat picture, IReadOnlyList<Detection>? objects, Redaction rule)
    {
        if (objects is null)
        {
            Cover(picture, Corners(0, 0, picture.Width, picture.Height), rule.Kind);
            return;
        }

        for (var i = 0; i < objects.Count; i++)
        {
            if (objects[i].Label == rule.Class)
            {
                var box = objects[i].Box;
                var (x, y) = (Margin * box.Width, Margin * box.Height);
                Cover(picture, Corners(box.X - x, box.Y - y, box.X + box.Width + x, box.Y + box.Height + y), rule.Kind);
            }
        }
    }

    private static Point[] Corners(float left, float top, float right, float bottom)
    {
        var (x0, y0, x1, y1) = ((int)MathF.Floor(left), (int)MathF.Floor(top), (int)MathF.Ceiling(right), (int)MathF.Ceiling(bottom));
        return [new(x0, y0), new(x1, y0), new(x1, y1), new(x0, y1)];
    }

    private static void Cover(Mat picture, Point[] outline, RedactionKind kind)
    {
        if (kind == RedactionKind.Fill)
        {
            picture.FillPoly([outline], Grey);
            return;
        }

        var region = Cv2.BoundingRect(outline) & new Rect(0, 0, picture.Width, picture.Height);
        if (region.Width <= 0 || region.Height <= 0)
        {
            return;
        }

        using var mask = new Mat(region.Size, MatType.CV_8UC1, Scalar.Black);
        mask.FillPoly([outline.Select(p => p - region.Location)], Scalar.White);
        using var part = picture.SubMat(region);
        using var coarse = new Mat();
        using var smooth = new Mat();
        Cv2.Resize(part, coarse, new Size(Math.Min(Cells, region.Width), Math.Min(Cells, region.Height)), interpolation: InterpolationFlags.Area);
        Cv2.Resize(coarse, smooth, region.Size, interpolation: InterpolationFlags.Linear);
        smooth.CopyTo(part, mask);
    }
}
