using System.Numerics;

namespace Fleet.Twin.Own;

/// <summary>What labels need to know of a mesh in the unit box.</summary>
internal static class Silhouette
{
    private const int Cells = 48;
    private const int Directions = 96;

    /// <summary>Share of the unit square that its triangles cover, seen along z.</summary>
    public static float Fill(IReadOnlyList<Vector3> triangles)
    {
        var covered = new bool[Cells * Cells];
        for (var i = 0; i + 2 < triangles.Count; i += 3)
        {
            Cover(covered, Cell(triangles[i]), Cell(triangles[i + 1]), Cell(triangles[i + 2]));
        }

        return Math.Max(0.05f, covered.Count(c => c) / (float)covered.Length);
    }

    /// <summary>The furthest point in each of many directions: enough for the box around it from wherever it is seen.</summary>
    public static IReadOnlyList<Vector3> Outermost(IReadOnlyList<Vector3> points)
    {
        var chosen = new HashSet<Vector3>();
        for (var i = 0; i < Directions; i++)
        {
            // evenly over a ball, by the golden angle
            float y = 1 - ((i + 0.5f) * 2 / Directions), turn = i * 2.399963f, radius = MathF.Sqrt(1 - (y * y));
            var direction = new Vector3(radius * MathF.Cos(turn), y, radius * MathF.Sin(turn));
            var furthest = points[0];
            foreach (var point in points)
            {
                furthest = Vector3.Dot(point, direction) > Vector3.Dot(furthest, direction) ? point : furthest;
            }

            chosen.Add(furthest);
        }

        return [.. chosen];
    }

    private static Vector2 Cell(Vector3 point) => new Vector2(point.X + 0.5f, point.Y + 0.5f) * Cells;

    private static void Cover(bool[] covered, Vector2 a, Vector2 b, Vector2 c)
    {
        Vector2 least = Vector2.Min(a, Vector2.Min(b, c)), most = Vector2.Max(a, Vector2.Max(b, c));
        for (var y = Math.Max(0, (int)least.Y); y < Cells && y <= most.Y; y++)
        {
            for (var x = Math.Max(0, (int)least.X); x < Cells && x <= most.X; x++)
            {
                var p = new Vector2(x + 0.5f, y + 0.5f);
                float ab = Side(a, b, p), bc = Side(b, c, p), ca = Side(c, a, p);
                covered[(y * Cells) + x] |= (ab >= 0 && bc >= 0 && ca >= 0) || (ab <= 0 && bc <= 0 && ca <= 0);
            }
        }
    }

    private static float Side(Vector2 a, Vector2 b, Vector2 p) => ((b.X - a.X) * (p.Y - a.Y)) - ((b.Y - a.Y) * (p.X - a.X));
}
