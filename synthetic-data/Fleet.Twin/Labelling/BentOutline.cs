using System.Numerics;

namespace Fleet.Twin.Labelling;

/// <summary>Outlines behind a lens, whose straight edges are curves in the frame.</summary>
internal static class BentOutline
{
    private const int PartsOfEdge = 6;

    /// <summary>Points along the edges of the unit box.</summary>
    public static IReadOnlyList<Vector3> PointsOfBox { get; } = Points();

    /// <summary>Area inside the frame of a face that was cut to what is drawn.</summary>
    public static float AreaPx(ReadOnlySpan<Vector4> face, Projection camera)
    {
        var bent = new List<Vector2>(face.Length * PartsOfEdge);
        for (var i = 0; i < face.Length; i++)
        {
            for (var part = 0; part < PartsOfEdge; part++)
            {
                bent.Add(camera.ToPixel(Vector4.Lerp(face[i], face[(i + 1) % face.Length], part / (float)PartsOfEdge)));
            }
        }

        foreach (var (inwards, limit) in (ReadOnlySpan<(Vector2, float)>)[(new(1, 0), 0), (new(-1, 0), -camera.Width), (new(0, 1), 0), (new(0, -1), -camera.Height)])
        {
            bent = Cut(bent, inwards, limit);
        }

        var twice = 0f;
        for (var i = 0; i < bent.Count; i++)
        {
            Vector2 a = bent[i], b = bent[(i + 1) % bent.Count];
            twice += (a.X * b.Y) - (b.X * a.Y);
        }

        return MathF.Abs(twice) / 2;
    }

    private static List<Vector2> Cut(List<Vector2> polygon, Vector2 inwards, float limit)
    {
        var kept = new List<Vector2>(polygon.Count + 4);
        for (var i = 0; i < polygon.Count; i++)
        {
            Vector2 a = polygon[i], b = polygon[(i + 1) % polygon.Count];
            float da = Vector2.Dot(a, inwards) - limit, db = Vector2.Dot(b, inwards) - limit;
            if (da >= 0)
            {
                kept.Add(a);
            }

            if ((da >= 0) != (db >= 0))
            {
                kept.Add(Vector2.Lerp(a, b, da / (da - db)));
            }
        }

        return kept;
    }

    private static List<Vector3> Points()
    {
        var points = new List<Vector3>();
        for (var part = 0; part <= PartsOfEdge; part++)
        {
            var at = (part / (float)PartsOfEdge) - 0.5f;
            foreach (var a in new[] { -0.5f, 0.5f })
            {
                foreach (var b in new[] { -0.5f, 0.5f })
                {
                    points.AddRange([new(at, a, b), new(a, at, b), new(a, b, at)]);
                }
            }
        }

        return points;
    }
}
