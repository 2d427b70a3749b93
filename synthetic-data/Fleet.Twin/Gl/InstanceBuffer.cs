using System.Numerics;
using System.Runtime.InteropServices;
using Fleet.Twin.World;
using Silk.NET.OpenGL;

namespace Fleet.Twin.Gl;

/// <summary>All things of a frame in one buffer, grouped so that each shape of each matter is one draw call.</summary>
internal sealed unsafe class InstanceBuffer : IDisposable
{
    private readonly GL _gl;
    private readonly uint _layout;
    private readonly uint _meshBuffer;
    private readonly uint _buffer;
    private readonly (int First, int Count)[] _meshes;
    private readonly Shape[] _shapes;
    private readonly Dictionary<(Matter Matter, Shape Shape), (int First, int Count)> _groups = [];

    /// <param name="own">Meshes of the scene's own.</param>
    public InstanceBuffer(GL gl, IReadOnlyList<float[]> own)
    {
        _gl = gl;
        var (vertices, meshes) = Meshes.Build();
        foreach (var mesh in own)
        {
            meshes = [.. meshes, (vertices.Length / Meshes.FloatsPerVertex, mesh.Length / Meshes.FloatsPerVertex)];
            vertices = [.. vertices, .. mesh];
        }

        _meshes = meshes;
        _shapes = [.. Enumerable.Range(0, meshes.Length).Select(i => (Shape)i)];
        _layout = gl.GenVertexArray();
        gl.BindVertexArray(_layout);
        _meshBuffer = gl.GenBuffer();
        gl.BindBuffer(BufferTargetARB.ArrayBuffer, _meshBuffer);
        gl.BufferData<float>(BufferTargetARB.ArrayBuffer, vertices, BufferUsageARB.StaticDraw);
        const uint Stride = Meshes.FloatsPerVertex * sizeof(float);
        gl.VertexAttribPointer(0, 3, VertexAttribPointerType.Float, false, Stride, (void*)0);
        gl.VertexAttribPointer(1, 3, VertexAttribPointerType.Float, false, Stride, (void*)12);
        gl.VertexAttribPointer(2, 2, VertexAttribPointerType.Float, false, Stride, (void*)24);
        _buffer = gl.GenBuffer();
        for (uint i = 0; i < 10; i++)
        {
            gl.EnableVertexAttribArray(i);
            gl.VertexAttribDivisor(i, i < 3 ? 0u : 1u);
        }
    }

    public void Fill(IReadOnlyList<Thing> things, TextureBank bank)
    {
        _groups.Clear();
        var rows = new Row[things.Count];
        var next = 0;
        foreach (var matter in Enum.GetValues<Matter>())
        {
            foreach (var shape in _shapes)
            {
                var first = next;
                foreach (var thing in things)
                {
                    if (thing.Matter == matter && thing.Shape == shape)
                    {
                        rows[next++] = Row.Of(thing, bank);
                    }
                }

                _groups[(matter, shape)] = (first, next - first);
            }
        }

        _gl.BindBuffer(BufferTargetARB.ArrayBuffer, _buffer);
        _gl.BufferData<Row>(BufferTargetARB.ArrayBuffer, rows, BufferUsageARB.StreamDraw);
    }

    public void Draw(Matter matter)
    {
        _gl.BindVertexArray(_layout);
        _gl.BindBuffer(BufferTargetARB.ArrayBuffer, _buffer);
        foreach (var shape in _shapes)
        {
            var (first, count) = _groups[(matter, shape)];
            if (count == 0)
            {
                continue;
            }

            Point(first);
            var mesh = _meshes[(int)shape];
            _gl.DrawArraysInstanced(PrimitiveType.Triangles, mesh.First, (uint)mesh.Count, (uint)count);
        }
    }

    public void Dispose()
    {
        _gl.DeleteBuffer(_buffer);
        _gl.DeleteBuffer(_meshBuffer);
        _gl.DeleteVertexArray(_layout);
    }

    private void Point(int first)
    {
        var size = (uint)sizeof(Row);
        var at = (byte*)0 + (first * size);
        for (uint i = 0; i < 6; i++)
        {
            _gl.VertexAttribPointer(3 + i, 4, VertexAttribPointerType.Float, false, size, at + (i * 16));
        }

        _gl.VertexAttribIPointer(9, 4, VertexAttribIType.Int, size, at + 96);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Row
    {
        private readonly Matrix4x4 _model;
        private readonly Vector4 _tintEdge;
        private readonly Vector4 _look;
        private readonly int _side;
        private readonly int _top;
        private readonly int _front;
        private readonly uint _id;

        private Row(Thing thing, TextureBank bank)
        {
            _model = thing.Model;
            _tintEdge = new Vector4(thing.Tint, thing.Edge);
            var matter = thing.Matter switch { Matter.Glow => 1f, Matter.Film => -1f, _ => 0f };
            _look = new Vector4(thing.Repeat, thing.Shine, matter);
            (_side, _top, _front, _id) = (bank.Layer(thing.Side), bank.Layer(thing.Top), bank.Layer(thing.Front), thing.Id == 0 && thing.Matter == Matter.Solid ? Thing.Unlabelled : thing.Id);
        }

        public static Row Of(Thing thing, TextureBank bank) => new(thing, bank);
    }
}
