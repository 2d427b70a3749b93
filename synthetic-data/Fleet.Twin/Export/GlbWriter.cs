using System.Numerics;
using System.Runtime.InteropServices;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;
using Fleet.Twin.World;
using SharpGLTF.Memory;
using SharpGLTF.Schema2;
using SkiaSharp;
using Skin = Fleet.Twin.Painting.Skin;

namespace Fleet.Twin.Export;

/// <summary>Things as glTF 2.0: each shape, skin and tint once, each thing a node.</summary>
/// <param name="paint">Paints a skin; the caller of the delegate owns the picture.</param>
/// <param name="own">Meshes of the scene's own.</param>
internal sealed class GlbWriter(Func<Skin, SKBitmap> paint, IReadOnlyList<float[]> own)
{
    private const int JpegQuality = 85;

    private readonly ModelRoot _root = ModelRoot.CreateModel();
    private readonly Dictionary<Skin, Image> _images = [];
    private readonly Dictionary<(Skin Skin, Vector3 Tint, Matter Matter, float Shine), Material> _materials = [];
    private readonly Dictionary<(Shape Shape, Skin Side, Skin Top, Skin Front, Vector3 Tint, Matter Matter, Vector2 Repeat, Vector3 Per), Mesh> _meshes = [];
    private readonly (float[] Vertices, (int First, int Count)[] Ranges) _shapes = Meshes.Build();

    public byte[] Bytes() => [.. _root.WriteGLB()];

    public void Add(Thing thing, string name)
    {
        // an empty place is a label, nothing that could be shown
        if (thing.Matter != Matter.Ghost)
        {
            var node = _root.UseScene(0).CreateNode(name);
            node.LocalMatrix = thing.Model;
            node.Mesh = MeshOf(thing);
        }
    }

    /// <param name="pose">World to camera.</param>
    public void Add(Matrix4x4 pose, float fovY, float aspect)
    {
        if (Matrix4x4.Invert(pose, out var place))
        {
            var node = _root.UseScene(0).CreateNode("camera");
            node.LocalMatrix = place;
            node.Camera = _root.CreateCamera("camera");
            node.Camera.SetPerspectiveMode(aspect, fovY, 0.04f, 80);
        }
    }

    private Mesh MeshOf(Thing thing)
    {
        var scale = new Vector3(Row(thing.Model, 0).Length(), Row(thing.Model, 1).Length(), Row(thing.Model, 2).Length());
        var key = (thing.Shape, thing.Side, thing.Top, thing.Front, thing.Tint, thing.Matter, thing.Repeat, thing.Repeat.X < 0 ? scale : Vector3.One);
        if (_meshes.TryGetValue(key, out var mesh))
        {
            return mesh;
        }

        _meshes[key] = mesh = _root.CreateMesh(thing.Shape.ToString());
        foreach (var group in Triangles(thing.Shape).GroupBy(t => SkinOf(thing, t.Normal)))
        {
            var corners = group.ToList();
            var primitive = mesh.CreatePrimitive();
            primitive.SetVertexAccessor("POSITION", Vectors([.. corners.Select(c => c.Position)]));
            primitive.SetVertexAccessor("NORMAL", Vectors([.. corners.Select(c => c.Normal)]));
            primitive.SetVertexAccessor("TEXCOORD_0", Pairs([.. corners.Select(c => Coordinate(c, thing.Repeat, scale))]));
            primitive.Material = MaterialOf(group.Key, thing);
        }

        return mesh;
    }

    private IEnumerable<Corner> Triangles(Shape shape)
    {
        var (vertices, first, count) = (int)shape < _shapes.Ranges.Length
            ? (_shapes.Vertices, _shapes.Ranges[(int)shape].First, _shapes.Ranges[(int)shape].Count)
            : (own[(int)shape - _shapes.Ranges.Length], 0, own[(int)shape - _shapes.Ranges.Length].Length / Meshes.FloatsPerVertex);
        for (var i = first; i < first + count; i++)
        {
            var at = i * Meshes.FloatsPerVertex;
            yield return new Corner(
                new Vector3(vertices.AsSpan(at, 3)), Vector3.Normalize(new Vector3(vertices.AsSpan(at + 3, 3))), new Vector2(vertices[at + 6], vertices[at + 7]));
        }
    }

    /// <summary>The same choice as the shader's.</summary>
    private static Skin SkinOf(Thing thing, Vector3 normal) =>
        MathF.Abs(normal.Y) > 0.5f ? thing.Top : MathF.Abs(normal.X) > 0.5f ? thing.Side : thing.Front;

    private static Vector2 Coordinate(Corner corner, Vector2 repeat, Vector3 scale)
    {
        var a = Vector3.Abs(corner.Normal);
        var face = a.Y > 0.5f ? new Vector2(scale.X, scale.Z) : a.X > 0.5f ? new Vector2(scale.Z, scale.Y) : new Vector2(scale.X, scale.Y);
        return corner.Coordinate * (repeat.X < 0 ? -repeat * face : repeat);
    }

    private Material MaterialOf(Skin skin, Thing thing)
    {
        var key = (skin, thing.Tint, thing.Matter, thing.Shine);
        if (_materials.TryGetValue(key, out var material))
        {
            return material;
        }

        _materials[key] = material = _root.CreateMaterial(skin.Motif.ToString());
        if (thing.Matter == Matter.Glow)
        {
            material.InitializeUnlit();
        }
        else
        {
            material.InitializePBRMetallicRoughness();
            material.FindChannel("MetallicRoughness")?.SetFactor("MetallicFactor", 0);
            material.FindChannel("MetallicRoughness")?.SetFactor("RoughnessFactor", Math.Clamp(1 - (thing.Shine * 2), 0.2f, 1));
        }

        material.DoubleSided = true;
        material.Alpha = thing.Matter == Matter.Film ? AlphaMode.BLEND : AlphaMode.OPAQUE;
        if (material.FindChannel("BaseColor") is { } colour)
        {
            colour.Color = new Vector4(Vector3.Clamp(thing.Tint, Vector3.Zero, Vector3.One), 1);
            colour.SetTexture(0, ImageOf(skin, thing.Matter), null, TextureWrapMode.REPEAT, TextureWrapMode.REPEAT, TextureMipMapFilter.LINEAR_MIPMAP_LINEAR, TextureInterpolationFilter.LINEAR);
        }

        return material;
    }

    private Image ImageOf(Skin skin, Matter matter)
    {
        if (!_images.TryGetValue(skin, out var image))
        {
            using var picture = paint(skin);
            using var data = matter == Matter.Film ? picture.Encode(SKEncodedImageFormat.Png, 100) : picture.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
            _images[skin] = image = _root.UseImage(new MemoryImage(data.ToArray()));
        }

        return image;
    }

    private Accessor Vectors(Vector3[] values)
    {
        var accessor = _root.CreateAccessor(null);
        accessor.SetVertexData(View(MemoryMarshal.AsBytes<Vector3>(values)), 0, values.Length, new AttributeFormat(DimensionType.VEC3));
        return accessor;
    }

    private Accessor Pairs(Vector2[] values)
    {
        var accessor = _root.CreateAccessor(null);
        accessor.SetVertexData(View(MemoryMarshal.AsBytes<Vector2>(values)), 0, values.Length, new AttributeFormat(DimensionType.VEC2));
        return accessor;
    }

    private BufferView View(ReadOnlySpan<byte> bytes) => _root.UseBufferView(new ArraySegment<byte>(bytes.ToArray()), 0, BufferMode.ARRAY_BUFFER);

    private static Vector3 Row(Matrix4x4 m, int row) => row switch { 0 => new(m.M11, m.M12, m.M13), 1 => new(m.M21, m.M22, m.M23), _ => new(m.M31, m.M32, m.M33) };

    private readonly record struct Corner(Vector3 Position, Vector3 Normal, Vector2 Coordinate);
}
