using System.Numerics;
using Fleet.Contracts;
using Fleet.Twin.Gl;
using Fleet.Twin.World;

namespace Fleet.Twin.Labelling;

/// <summary>How many pixels a carton would cover inside the frame if nothing stood before it: half the area of its projected faces.</summary>
internal static class Outline
{
    private const float NearestM = 0.04f;

    public static float AreaPx(Carton carton, Projection camera)
    {
        var toClip = carton.Model * camera.Camera;
        var area = 0f;
        Span<Vector4> polygon = stackalloc Vector4[16];
        Span<Vector4> next = stackalloc Vector4[16];
        foreach (var (normal, right, up) in Meshes.Faces)
        {
            var centre = normal * 0.5f;
            Vector4 Corner(float x, float y) => Vector4.Transform(new Vector4(centre + (right * x) + (up * y), 1), toClip);
            (polygon[0], polygon[1], polygon[2], polygon[3]) = (Corner(-0.5f, -0.5f), Corner(0.5f, -0.5f), Corner(0.5f, 0.5f), Corner(-0.5f, 0.5f));
            var count = Clip(polygon, next, 4);
            area += camera.Lens is null
                ? MathF.Abs(Twice(polygon[..count]) / 2)
                : BentOutline.AreaPx(polygon[..count], camera);
        }

        // without a lens the sum is that of clip space, 2 by 2
        return camera.Lens is null ? area / 2 * (camera.Width / 2f) * (camera.Height / 2f) : area / 2;
    }

    /// <summary>The box around the whole object, px, and how near it comes to the camera, metres. What lies behind the camera is left out.</summary>
    public static (Box Whole, float DepthM) Whole(Carton carton, Projection camera)
    {
        var toClip = carton.Model * camera.Camera;
        Vector2 least = new(float.MaxValue), most = new(float.MinValue);
        var depth = float.MaxValue;
        var points = carton.Points ?? Meshes.Points(carton.Shape);
        foreach (var vertex in camera.Lens is not null && carton is { Shape: Shape.Box, Points: null } ? BentOutline.PointsOfBox : points)
        {
            var at = Vector4.Transform(new Vector4(vertex, 1), toClip);
            at.W = MathF.Max(at.W, NearestM);
            var pixel = camera.ToPixel(at);
            (least, most) = (Vector2.Min(least, pixel), Vector2.Max(most, pixel));
            depth = MathF.Min(depth, at.W);
        }

        return (new Box(least.X, least.Y, most.X - least.X, most.Y - least.Y), depth);
    }

    /// <summary>Cuts a polygon to what is drawn, in place; <paramref name="next"/> is scratch.</summary>
    private static int Clip(Span<Vector4> polygon, Span<Vector4> next, int count)
    {
        foreach (var plane in (ReadOnlySpan<Vector4>)[new(0, 0, 1, 0), new(1, 0, 0, 1), new(-1, 0, 0, 1), new(0, 1, 0, 1), new(0, -1, 0, 1)])
        {
            count = Clip(polygon, next, count, plane);
            next[..count].CopyTo(polygon);
        }

        return count;
    }

    private static float Twice(ReadOnlySpan<Vector4> polygon)
    {
        var twice = 0f;
        for (var i = 0; i < polygon.Length; i++)
        {
            Vector4 a = polygon[i], b = polygon[(i + 1) % polygon.Length];
            twice += ((a.X / a.W) * (b.Y / b.W)) - ((b.X / b.W) * (a.Y / a.W));
        }

        return twice;
    }

    private static int Clip(ReadOnlySpan<Vector4> from, Span<Vector4> to, int count, Vector4 plane)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            Vector4 a = from[i], b = from[(i + 1) % count];
            float da = Vector4.Dot(a, plane), db = Vector4.Dot(b, plane);
            if (da >= 0)
            {
                to[kept++] = a;
            }

            if ((da >= 0) != (db >= 0))
            {
                to[kept++] = Vector4.Lerp(a, b, da / (da - db));
            }
        }

        return kept;
    }
}
