using System.Numerics;
using Fleet.Contracts;
using Fleet.Twin.Gl;
using Fleet.Twin.World;

namespace Fleet.Twin.Labelling;

/// <summary>How many pixels a carton would cover inside the frame if nothing stood before it: half the area of its projected faces.</summary>
internal static class Outline
{
    private const float NearestM = 0.04f;

    public static float AreaPx(Carton carton, Matrix4x4 camera, int width, int height)
    {
        var toClip = carton.Model * camera;
        var area = 0f;
        Span<Vector4> polygon = stackalloc Vector4[16];
        Span<Vector4> next = stackalloc Vector4[16];
        foreach (var (normal, right, up) in Meshes.Faces)
        {
            var centre = normal * 0.5f;
            Vector4 Corner(float x, float y) => Vector4.Transform(new Vector4(centre + (right * x) + (up * y), 1), toClip);
            (polygon[0], polygon[1], polygon[2], polygon[3]) = (Corner(-0.5f, -0.5f), Corner(0.5f, -0.5f), Corner(0.5f, 0.5f), Corner(-0.5f, 0.5f));
            area += MathF.Abs(Clipped(polygon, next, 4));
        }

        return area / 2 * (width / 2f) * (height / 2f);
    }

    /// <summary>The box around the whole object, px, and how near it comes to the camera, metres. What lies behind the camera is left out.</summary>
    public static (Box Whole, float DepthM) Whole(Carton carton, Matrix4x4 camera, int width, int height)
    {
        var toClip = carton.Model * camera;
        float left = float.MaxValue, top = float.MaxValue, right = float.MinValue, bottom = float.MinValue, depth = float.MaxValue;
        foreach (var vertex in Meshes.Points(carton.Shape))
        {
            var at = Vector4.Transform(new Vector4(vertex, 1), toClip);
            var near = MathF.Max(at.W, NearestM);
            float x = ((at.X / near) + 1) * width / 2, y = (1 - (at.Y / near)) * height / 2;
            (left, right) = (MathF.Min(left, x), MathF.Max(right, x));
            (top, bottom) = (MathF.Min(top, y), MathF.Max(bottom, y));
            depth = MathF.Min(depth, near);
        }

        return (new Box(left, top, right - left, bottom - top), depth);
    }

    private static float Clipped(Span<Vector4> polygon, Span<Vector4> next, int count)
    {
        foreach (var plane in (ReadOnlySpan<Vector4>)[new(0, 0, 1, 0), new(1, 0, 0, 1), new(-1, 0, 0, 1), new(0, 1, 0, 1), new(0, -1, 0, 1)])
        {
            count = Clip(polygon, next, count, plane);
            next[..count].CopyTo(polygon);
        }

        var twice = 0f;
        for (var i = 0; i < count; i++)
        {
            Vector4 a = polygon[i], b = polygon[(i + 1) % count];
            twice += ((a.X / a.W) * (b.Y / b.W)) - ((b.X / b.W) * (a.Y / a.W));
        }

        return twice / 2;
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
