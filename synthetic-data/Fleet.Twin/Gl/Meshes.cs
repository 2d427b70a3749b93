using System.Numerics;

namespace Fleet.Twin.Gl;

internal enum Shape
{
    Box,
    Cylinder,
    Ball,
    Ground,
    Can,
    Bottle,
    Bag,
    Jar,
    Gable,
    Tub,
}

/// <summary>Unit shapes as triangles: position, normal, texture coordinate (8 floats a vertex).</summary>
internal static class Meshes
{
    public const int FloatsPerVertex = 8;

    /// <summary>Outward normals of the faces of a box, with two axes spanning each.</summary>
    public static readonly (Vector3 Normal, Vector3 Right, Vector3 Up)[] Faces = MakeFaces();

    private static readonly Lazy<Vector3[][]> AllPoints = new(() =>
    {
        var (vertices, ranges) = Build();
        return Array.ConvertAll(ranges, r => Enumerable.Range(r.First, r.Count)
            .Select(i => new Vector3(vertices[i * FloatsPerVertex], vertices[(i * FloatsPerVertex) + 1], vertices[(i * FloatsPerVertex) + 2])).Distinct().ToArray());
    });

    /// <summary>The shape of a mesh that a scene brings along.</summary>
    public static Shape Own(int number) => Shape.Tub + 1 + number;

    /// <summary>The corners of a unit shape.</summary>
    public static IReadOnlyList<Vector3> Points(Shape shape) => AllPoints.Value[(int)shape];

    public static (float[] Vertices, (int First, int Count)[] Ranges) Build()
    {
        var vertices = new List<float>();
        // in the order of Shape
        Action<List<float>>[] shapes =
        [
            AddBox, AddCylinder, AddBall, AddGround,
            RoundMeshes.AddCan, RoundMeshes.AddBottle, RoundMeshes.AddBag, RoundMeshes.AddJar, RoundMeshes.AddGable, RoundMeshes.AddTub,
        ];
        var ranges = new (int, int)[shapes.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            var first = vertices.Count / FloatsPerVertex;
            shapes[i](vertices);
            ranges[i] = (first, (vertices.Count / FloatsPerVertex) - first);
        }

        return (vertices.ToArray(), ranges);
    }

    private static (Vector3, Vector3, Vector3)[] MakeFaces()
    {
        Vector3[] normals = [Vector3.UnitX, -Vector3.UnitX, Vector3.UnitY, -Vector3.UnitY, Vector3.UnitZ, -Vector3.UnitZ];
        return Array.ConvertAll(normals, n =>
        {
            var right = MathF.Abs(n.Y) > 0.5f ? Vector3.UnitX : Vector3.Cross(Vector3.UnitY, n);
            return (n, right, Vector3.Cross(n, right));
        });
    }

    private static void Add(List<float> to, Vector3 p, Vector3 n, float u, float v) => to.AddRange([p.X, p.Y, p.Z, n.X, n.Y, n.Z, u, v]);

    private static void AddBox(List<float> to)
    {
        (float X, float Y)[] corners = [(-0.5f, -0.5f), (0.5f, -0.5f), (0.5f, 0.5f), (-0.5f, -0.5f), (0.5f, 0.5f), (-0.5f, 0.5f)];
        foreach (var (normal, right, up) in Faces)
        {
            foreach (var (x, y) in corners)
            {
                Add(to, (normal * 0.5f) + (right * x) + (up * y), normal, x + 0.5f, 0.5f - y);
            }
        }
    }

    private static void AddCylinder(List<float> to)
    {
        const int Sides = 18;
        void Rim(int i, float y, Vector3 n) => Add(to, (Around(i, Sides) * 0.5f) + new Vector3(0, y, 0), n, i * 2f / Sides, 0.5f - y);
        for (var i = 0; i < Sides; i++)
        {
            Vector3 here = Around(i, Sides), next = Around(i + 1, Sides);
            Rim(i, -0.5f, here);
            Rim(i + 1, -0.5f, next);
            Rim(i + 1, 0.5f, next);
            Rim(i, -0.5f, here);
            Rim(i + 1, 0.5f, next);
            Rim(i, 0.5f, here);
            Add(to, new Vector3(0, 0.5f, 0), Vector3.UnitY, 0.5f, 0.5f);
            Rim(i, 0.5f, Vector3.UnitY);
            Rim(i + 1, 0.5f, Vector3.UnitY);
        }
    }

    private static void AddBall(List<float> to)
    {
        const int Sides = 14, Rings = 8;
        void At(int i, int j)
        {
            var n = (Around(i, Sides) * MathF.Sin(j * MathF.PI / Rings)) + new Vector3(0, MathF.Cos(j * MathF.PI / Rings), 0);
            Add(to, n * 0.5f, n, i * 2f / Sides, j / (float)Rings);
        }

        for (var i = 0; i < Sides; i++)
        {
            for (var j = 0; j < Rings; j++)
            {
                At(i, j);
                At(i + 1, j);
                At(i + 1, j + 1);
                At(i, j);
                At(i + 1, j + 1);
                At(i, j + 1);
            }
        }
    }

    /// <summary>A flat square with finer cells in the middle, where things stand and throw soft shadows.</summary>
    private static void AddGround(List<float> to)
    {
        const int Cells = 40;
        static float Warp(int i)
        {
            var t = (i / (float)Cells * 2) - 1;
            return 0.5f * ((0.25f * t) + (0.75f * t * t * t));
        }

        void At(int i, int j) => Add(to, new Vector3(Warp(i), 0, Warp(j)), Vector3.UnitY, Warp(i) + 0.5f, Warp(j) + 0.5f);
        for (var i = 0; i < Cells; i++)
        {
            for (var j = 0; j < Cells; j++)
            {
                At(i, j);
                At(i, j + 1);
                At(i + 1, j + 1);
                At(i, j);
                At(i + 1, j + 1);
                At(i + 1, j);
            }
        }
    }

    private static Vector3 Around(int i, int sides) => new(MathF.Cos(i * MathF.Tau / sides), 0, MathF.Sin(i * MathF.Tau / sides));
}
