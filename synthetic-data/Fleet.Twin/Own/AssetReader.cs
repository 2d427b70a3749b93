using System.Numerics;
using Fleet.Twin.Gl;
using SharpGLTF.Schema2;
using SharpGLTF.Validation;
using SkiaSharp;

namespace Fleet.Twin.Own;

/// <summary>How a file's axes and units become the twin's: metres, y up, the front towards +z.</summary>
/// <param name="Scale">Metres for one unit of the file.</param>
/// <param name="ZUp">The file was written with z up.</param>
/// <param name="TurnDegrees">Around the upright, until the front faces the aisle.</param>
internal readonly record struct AssetPose(float Scale, bool ZUp, float TurnDegrees)
{
    public Matrix4x4 Matrix => (ZUp ? Matrix4x4.CreateRotationX(-MathF.PI / 2) : Matrix4x4.Identity)
        * Matrix4x4.CreateRotationY(TurnDegrees * MathF.PI / 180) * Matrix4x4.CreateScale(Scale);
}

/// <summary>glTF 2.0 → meshes in the unit box. Takes geometry, base colour and its texture; a file is hostile until it was checked.</summary>
internal static class AssetReader
{
    private const int MostParts = 24;
    private const int MostTriangles = 100_000;
    private const int MostNodes = 4096;
    private const float Furthest = 1e5f;
    private const float Thinnest = 1e-4f;

    /// <exception cref="UnfitFileException">It is no glTF 2.0, wants an extension that is not read here, or is beyond the bounds.</exception>
    public static Asset Read(string path, AssetPose pose, Belongings own)
    {
        var gathered = Gather(Open(path, own), pose);
        if (gathered.Count == 0)
        {
            throw new UnfitFileException("but that file has no triangles to show; a mesh in its default scene is wanted");
        }

        var (least, most) = Extent(gathered.SelectMany(g => g.Value.Triangles).Select(v => v.Position));
        var size = Vector3.Max(most - least, new Vector3(Thinnest));
        var parts = new List<AssetPart>();
        var all = new List<Vector3>();
        foreach (var (material, (triangles, light)) in gathered)
        {
            var mesh = new float[triangles.Count * Meshes.FloatsPerVertex];
            for (var i = 0; i < triangles.Count; i++)
            {
                var (p, n, uv) = triangles[i];
                var unit = ((p - least) / size) - new Vector3(0.5f);
                // normals are scaled back by the thing's size in the shader
                var across = Vector3.Normalize(n * size);
                new[] { unit.X, unit.Y, unit.Z, across.X, across.Y, across.Z, uv.X, uv.Y }.CopyTo(mesh, i * Meshes.FloatsPerVertex);
                all.Add(unit);
            }

            var (face, tint, shine) = Look(material, own);
            parts.Add(new AssetPart(own.Keep(mesh), face, tint * light, shine));
        }

        return new Asset(parts, size, Silhouette.Fill(all), Silhouette.Outermost(all));
    }

    private static ModelRoot Open(string path, Belongings own)
    {
        var folder = Path.GetDirectoryName(path)!;
        ArraySegment<byte> Piece(string name) => Path.IsPathRooted(name) || name.Split('/', '\\').Contains("..")
            ? throw new UnfitFileException($"but that file points at '{name}'; only files beside it are read")
            : new ArraySegment<byte>(own.Read(Path.Combine(folder, name)));
        try
        {
            var context = ReadContext.Create(Piece);
            context.Validation = ValidationMode.Strict;
            return context.ReadSchema2(Path.GetFileName(path));
        }
        catch (Exception cause) when (cause is not UnfitFileException and not OutOfMemoryException)
        {
            // whatever a library says to a file that is not what it claims to be
            throw new UnfitFileException($"but that is no glTF 2.0 that can be read ({Line(cause)}); a .glb or .gltf without compression extensions is wanted", cause);
        }
    }

    private static string Line(Exception cause) => string.Join(' ', cause.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');

    private static Dictionary<Material, (List<Corner> Triangles, Vector3 Light)> Gather(ModelRoot root, AssetPose pose)
    {
        var gathered = new Dictionary<Material, (List<Corner> Triangles, Vector3 Light)>();
        var none = root.CreateMaterial("none");
        var open = new Stack<Node>((root.DefaultScene ?? (root.LogicalScenes.Count > 0 ? root.LogicalScenes[0] : null))?.VisualChildren ?? []);
        int nodes = 0, triangles = 0;
        while (open.TryPop(out var node))
        {
            if (++nodes > MostNodes)
            {
                throw new UnfitFileException($"but that file has more than {MostNodes} nodes; a simpler one is wanted");
            }

            foreach (var child in node.VisualChildren)
            {
                open.Push(child);
            }

            foreach (var primitive in node.Mesh?.Primitives ?? [])
            {
                var material = primitive.Material ?? none;
                if (!gathered.TryGetValue(material, out var part))
                {
                    gathered[material] = part = ([], Light(primitive));
                }

                triangles += Add(primitive, node.WorldMatrix * pose.Matrix, part.Triangles, MostTriangles - triangles);
            }
        }

        return gathered.Count <= MostParts ? gathered : throw new UnfitFileException($"but that file has {gathered.Count} materials; up to {MostParts} are wanted");
    }

    private static int Add(MeshPrimitive primitive, Matrix4x4 place, List<Corner> to, int room)
    {
        if (primitive.DrawPrimitiveType is PrimitiveType.POINTS or PrimitiveType.LINES or PrimitiveType.LINE_LOOP or PrimitiveType.LINE_STRIP
            || primitive.GetVertexAccessor("POSITION")?.AsVector3Array() is not { } positions)
        {
            return 0;
        }

        var normals = primitive.GetVertexAccessor("NORMAL")?.AsVector3Array();
        var coordinates = primitive.GetVertexAccessor("TEXCOORD_0")?.AsVector2Array();
        var count = 0;
        foreach (var (a, b, c) in primitive.GetTriangleIndices())
        {
            if (++count > room)
            {
                throw new UnfitFileException($"but that file has more than {MostTriangles:N0} triangles; a simpler one is wanted");
            }

            Vector3 pa = Vector3.Transform(positions[a], place), pb = Vector3.Transform(positions[b], place), pc = Vector3.Transform(positions[c], place);
            var flat = Vector3.Cross(pb - pa, pc - pa);
            flat = flat.LengthSquared() > 0 ? Vector3.Normalize(flat) : Vector3.UnitY;
            foreach (var (index, p) in new[] { (a, pa), (b, pb), (c, pc) })
            {
                if (!(MathF.Max(MathF.Abs(p.X), MathF.Max(MathF.Abs(p.Y), MathF.Abs(p.Z))) < Furthest))
                {
                    throw new UnfitFileException($"but that file has a point {p.X:G3}, {p.Y:G3}, {p.Z:G3} m away from its origin; give 'scale' for its units (0.001 for millimetres)");
                }

                var normal = normals is null ? flat : Vector3.TransformNormal(normals[index], place);
                to.Add(new Corner(p, normal.LengthSquared() > 1e-12f ? Vector3.Normalize(normal) : flat, coordinates?[index] ?? default));
            }
        }

        return count;
    }

    /// <summary>The mean of the colours of its corners.</summary>
    private static Vector3 Light(MeshPrimitive primitive)
    {
        if (primitive.GetVertexAccessor("COLOR_0")?.AsColorArray(1) is not { Count: > 0 } colours)
        {
            return Vector3.One;
        }

        var sum = Vector3.Zero;
        foreach (var colour in colours)
        {
            sum += new Vector3(colour.X, colour.Y, colour.Z);
        }

        return sum / colours.Count;
    }

    private static (Face Face, Vector3 Tint, float Shine) Look(Material material, Belongings own)
    {
        var channel = material.FindChannel("BaseColor") ?? material.FindChannel("Diffuse");
        var tint = channel is { } given ? new Vector3(given.Color.X, given.Color.Y, given.Color.Z) : Vector3.One;
        var rough = material.FindChannel("MetallicRoughness")?.Parameters.FirstOrDefault(p => p.Name == "RoughnessFactor")?.Value is float value ? value : 1;
        if (channel?.Texture?.PrimaryImage is not { } image)
        {
            return (own.Keep(FacePainter.Plain(SKColors.White)), tint, 0.3f * (1 - rough));
        }

        using var picture = Picture.Read(image.Content.Content.ToArray());
        return (own.Keep(FacePainter.Whole(picture.Bitmap)), tint, 0.3f * (1 - rough));
    }

    private static (Vector3 Least, Vector3 Most) Extent(IEnumerable<Vector3> points)
    {
        Vector3 least = new(float.MaxValue), most = new(float.MinValue);
        foreach (var point in points)
        {
            (least, most) = (Vector3.Min(least, point), Vector3.Max(most, point));
        }

        return (least, most);
    }

    private readonly record struct Corner(Vector3 Position, Vector3 Normal, Vector2 Coordinate);
}
