using System.Numerics;

namespace Fleet.Twin.Gl;

/// <summary>Packages as unit meshes: profiles turned around the upright, a pillow, and a box with a gable.</summary>
internal static class RoundMeshes
{
    private const int Sides = 20;

    /// <summary>Radius and height from the foot to the top, both within half a unit.</summary>
    private static readonly (float Radius, float Y)[] CanProfile = [(0.46f, -0.5f), (0.5f, -0.47f), (0.5f, 0.47f), (0.46f, 0.5f)];

    private static readonly (float Radius, float Y)[] BottleProfile =
        [(0.44f, -0.5f), (0.5f, -0.47f), (0.5f, 0.06f), (0.45f, 0.15f), (0.3f, 0.26f), (0.17f, 0.34f), (0.16f, 0.41f), (0.2f, 0.41f), (0.2f, 0.5f)];

    private static readonly (float Radius, float Y)[] JarProfile =
        [(0.44f, -0.5f), (0.5f, -0.45f), (0.5f, 0.24f), (0.43f, 0.31f), (0.47f, 0.32f), (0.47f, 0.5f)];

    private static readonly (float Radius, float Y)[] TubProfile = [(0.37f, -0.5f), (0.47f, 0.4f), (0.5f, 0.41f), (0.5f, 0.5f)];

    public static void AddCan(List<float> to) => Turn(to, CanProfile);

    public static void AddBottle(List<float> to) => Turn(to, BottleProfile);

    public static void AddJar(List<float> to) => Turn(to, JarProfile);

    public static void AddTub(List<float> to) => Turn(to, TubProfile);

    /// <summary>A pillow bag: thick in the middle, flat at the crimped seams above and below.</summary>
    public static void AddBag(List<float> to)
    {
        const int Cells = 10;
        foreach (var side in new[] { 1, -1 })
        {
            Vector3 At(int i, int j)
            {
                float x = (i / (float)Cells) - 0.5f, y = (j / (float)Cells) - 0.5f;
                var full = MathF.Sqrt(MathF.Max(0, 1 - MathF.Pow(MathF.Abs(2 * x), 3))) * MathF.Sqrt(MathF.Max(0, 1 - MathF.Pow(MathF.Abs(2 * y), 4)));
                var waist = 1 - (0.08f * (1 - MathF.Abs(2 * y)));
                return new Vector3(x * waist, y, side * 0.5f * full);
            }

            for (var i = 0; i < Cells; i++)
            {
                for (var j = 0; j < Cells; j++)
                {
                    Vector3[] p = [At(i, j), At(i + 1, j), At(i + 1, j + 1), At(i, j + 1)];
                    var normal = Vector3.Normalize(Vector3.Cross(p[1] - p[0], p[3] - p[0]) * side);
                    // a bag shows its front all over: none of its faces counts as a top
                    normal = Vector3.Normalize(new Vector3(normal.X * 0.5f, Math.Clamp(normal.Y, -0.45f, 0.45f), normal.Z));
                    foreach (var corner in new[] { 0, 1, 2, 0, 2, 3 })
                    {
                        Add(to, p[corner], normal, p[corner].X + 0.5f, 0.5f - p[corner].Y);
                    }
                }
            }
        }
    }

    /// <summary>A drinks carton: body, sloping roof, and the sealed fin on top.</summary>
    public static void AddGable(List<float> to)
    {
        const float Eaves = 0.24f, Ridge = 0.4f, Thin = 0.03f;
        Prism(to, -0.5f, Eaves, 0.5f, 0.5f);
        Prism(to, Eaves, Ridge, 0.5f, Thin);
        Prism(to, Ridge, 0.5f, Thin, Thin);
        // the triangles beside the roof
        foreach (var side in new[] { 1, -1 })
        {
            Vector3[] p = [new(side * 0.5f, Eaves, -0.5f), new(side * 0.5f, Eaves, 0.5f), new(side * 0.5f, Ridge, 0)];
            foreach (var corner in p)
            {
                Add(to, corner, new Vector3(side, 0, 0), corner.Z + 0.5f, 0.5f - corner.Y);
            }
        }
    }

    private static void Prism(List<float> to, float foot, float top, float depthFoot, float depthTop)
    {
        foreach (var side in new[] { 1, -1 })
        {
            Vector3 z = new(0, 0, side);
            Vector3[] front = [new(-0.5f, foot, side * depthFoot), new(0.5f, foot, side * depthFoot), new(0.5f, top, side * depthTop), new(-0.5f, top, side * depthTop)];
            var slope = Vector3.Normalize(new Vector3(0, Math.Min(0.45f, depthFoot - depthTop), 1) * new Vector3(1, 1, side));
            Quad(to, front, slope == Vector3.Zero ? z : slope, p => (p.X + 0.5f, 0.5f - p.Y));
            if (depthFoot == depthTop)
            {
                Vector3[] flank = [new(side * 0.5f, foot, -depthFoot), new(side * 0.5f, foot, depthFoot), new(side * 0.5f, top, depthTop), new(side * 0.5f, top, -depthTop)];
                Quad(to, flank, new Vector3(side, 0, 0), p => (p.Z + 0.5f, 0.5f - p.Y));
            }
        }

        Quad(to, [new(-0.5f, top, depthTop), new(0.5f, top, depthTop), new(0.5f, top, -depthTop), new(-0.5f, top, -depthTop)], Vector3.UnitY, p => (p.X + 0.5f, p.Z + 0.5f));
    }

    private static void Quad(List<float> to, Vector3[] p, Vector3 normal, Func<Vector3, (float U, float V)> map)
    {
        foreach (var corner in new[] { 0, 1, 2, 0, 2, 3 })
        {
            var (u, v) = map(p[corner]);
            Add(to, p[corner], normal, u, v);
        }
    }

    private static void Turn(List<float> to, (float Radius, float Y)[] profile)
    {
        for (var i = 0; i < Sides; i++)
        {
            for (var ring = 0; ring + 1 < profile.Length; ring++)
            {
                var (below, above) = (profile[ring], profile[ring + 1]);
                float rise = above.Y - below.Y, shrink = below.Radius - above.Radius;
                foreach (var (side, end) in new[] { (0, below), (1, below), (1, above), (0, below), (1, above), (0, above) })
                {
                    var around = Around(i + side);
                    var normal = Vector3.Normalize((around * rise) + new Vector3(0, Math.Min(shrink, rise * 0.5f), 0));
                    Add(to, (around * end.Radius) + new Vector3(0, end.Y, 0), normal, 2 - ((i + side) * 2f / Sides), 0.5f - end.Y);
                }
            }

            foreach (var (rim, normal) in new[] { (profile[^1], Vector3.UnitY), (profile[0], -Vector3.UnitY) })
            {
                foreach (var (around, radius) in new[] { (Vector3.Zero, 0f), (Around(i), rim.Radius), (Around(i + 1), rim.Radius) })
                {
                    Add(to, (around * radius) + new Vector3(0, rim.Y, 0), normal, 0.5f + (around.X * radius), 0.5f + (around.Z * radius));
                }
            }
        }
    }

    private static Vector3 Around(int i) => new(MathF.Cos(i * MathF.Tau / Sides), 0, MathF.Sin(i * MathF.Tau / Sides));

    private static void Add(List<float> to, Vector3 p, Vector3 n, float u, float v) => to.AddRange([p.X, p.Y, p.Z, n.X, n.Y, n.Z, u, v]);
}
