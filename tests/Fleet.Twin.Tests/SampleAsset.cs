using System.Numerics;
using System.Runtime.InteropServices;
using SharpGLTF.Memory;
using SharpGLTF.Schema2;

namespace Fleet.Twin.Tests;

/// <summary>A small asset: a box of two materials, its lower half red, its upper half blue.</summary>
internal static class SampleAsset
{
    /// <param name="size">Width, height and depth in the file's units, y up.</param>
    public static ModelRoot Box(Vector3 size)
    {
        var root = ModelRoot.CreateModel();
        var mesh = root.CreateMesh("box");
        Add(root, mesh, new Vector3(0, 0, 0), size * new Vector3(1, 0.5f, 1), new Vector4(0.8f, 0.02f, 0.02f, 1));
        Add(root, mesh, new Vector3(0, size.Y / 2, 0), size * new Vector3(1, 0.5f, 1), new Vector4(0.02f, 0.02f, 0.8f, 1));
        root.UseScene(0).CreateNode("box").Mesh = mesh;
        return root;
    }

    public static void Save(string path, Vector3 size) => Box(size).SaveGLB(path);

    private static void Add(ModelRoot root, Mesh mesh, Vector3 foot, Vector3 size, Vector4 colour)
    {
        var corners = Enumerable.Range(0, 8).Select(i => foot + (size * new Vector3((i & 1) - 0.5f, (i >> 1) & 1, ((i >> 2) & 1) - 0.5f))).ToArray();
        int[] order = [0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5];
        var points = order.Select(i => corners[i]).ToArray();
        var accessor = root.CreateAccessor(null);
        accessor.SetVertexData(
            root.UseBufferView(new ArraySegment<byte>(MemoryMarshal.AsBytes<Vector3>(points).ToArray()), 0, BufferMode.ARRAY_BUFFER), 0, points.Length, new AttributeFormat(DimensionType.VEC3));
        var primitive = mesh.CreatePrimitive();
        primitive.SetVertexAccessor("POSITION", accessor);
        primitive.Material = root.CreateMaterial("paint");
        primitive.Material.InitializePBRMetallicRoughness();
        if (primitive.Material.FindChannel("BaseColor") is { } paint)
        {
            paint.Color = colour;
        }
    }
}
