using System.Numerics;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Optics;

/// <summary>Turns a straight picture that looks further than the frame into what the lens shows: colour between pixels, ids from the nearest.</summary>
internal sealed class Bent
{
    private const float NearM = 0.04f;
    private const float FarM = 80f;
    private const int Cell = 8;

    private readonly int _width;
    private readonly int _height;
    private readonly Vector2[] _from;
    private Lens? _of;

    public Bent(CameraKnobs camera)
    {
        (_width, _height) = (camera.Width, camera.Height);
        var (across, down) = Reach.Of(camera) ?? throw new InvalidOperationException("The reader refuses such a lens.");
        // as fine as the frame in its middle, up to twice its size
        (SourceWidth, SourceHeight) = ((int)MathF.Ceiling(_width * MathF.Min(across, 2)), (int)MathF.Ceiling(_height * MathF.Min(down, 2)));
        _from = new Vector2[_width * _height];
        Bgra = new byte[SourceWidth * SourceHeight * 4];
        Ids = new uint[SourceWidth * SourceHeight];
    }

    public int SourceWidth { get; }

    public int SourceHeight { get; }

    /// <summary>The straight picture, rows from the bottom.</summary>
    public byte[] Bgra { get; }

    /// <summary>Its ids, rows from the bottom.</summary>
    public uint[] Ids { get; }

    /// <summary>The lens made ready, and the tangents that the straight picture must hold.</summary>
    public (Lens Lens, Vector2 Tangents) Ready(Lens lens)
    {
        var seen = Reach.Of(lens, _width, _height) ?? throw new InvalidOperationException("The reader refuses such a lens.");
        var tangents = seen * 1.01f;
        var trusted = lens with { Trusted = tangents.Length() };
        if (_of != trusted)
        {
            Fill(trusted, tangents);
            _of = trusted;
        }

        return (trusted, tangents);
    }

    public static Matrix4x4 Projection(Vector2 tangents) =>
        Matrix4x4.CreatePerspective(2 * tangents.X * NearM, 2 * tangents.Y * NearM, NearM, FarM);

    /// <summary>Writes the frame; rows from the bottom.</summary>
    public void Write(byte[] bgra, uint[] ids)
    {
        for (var i = 0; i < _from.Length; i++)
        {
            var at = _from[i];
            ids[i] = Ids[(Math.Clamp((int)MathF.Floor(at.Y), 0, SourceHeight - 1) * SourceWidth) + Math.Clamp((int)MathF.Floor(at.X), 0, SourceWidth - 1)];
            float x = Math.Clamp(at.X - 0.5f, 0, SourceWidth - 1.001f), y = Math.Clamp(at.Y - 0.5f, 0, SourceHeight - 1.001f);
            int left = (int)x, low = (int)y;
            float u = x - left, v = y - low;
            var from = ((low * SourceWidth) + left) * 4;
            for (var c = 0; c < 4; c++, from++)
            {
                var below = Bgra[from] + ((Bgra[from + 4] - Bgra[from]) * u);
                var above = Bgra[from + (SourceWidth * 4)] + ((Bgra[from + (SourceWidth * 4) + 4] - Bgra[from + (SourceWidth * 4)]) * u);
                bgra[(i * 4) + c] = (byte)(below + ((above - below) * v) + 0.5f);
            }
        }
    }

    /// <summary>Every few pixels exactly, between them along straight lines: off by a few hundredths of a pixel.</summary>
    private void Fill(Lens lens, Vector2 tangents)
    {
        int across = ((_width - 1) / Cell) + 2, down = ((_height - 1) / Cell) + 2;
        var nodes = new Vector2[across * down];
        for (var i = 0; i < nodes.Length; i++)
        {
            var place = new Vector2(MathF.Min((i % across * Cell) + 0.5f, _width), MathF.Min((i / across * Cell) + 0.5f, _height));
            nodes[i] = lens.ToTangent(place) ?? Vector2.Zero;
        }

        for (var y = 0; y < _height; y++)
        {
            for (var x = 0; x < _width; x++)
            {
                var node = (y / Cell * across) + (x / Cell);
                // the last nodes stand at the frame's edge, nearer than a whole cell
                var wide = MathF.Min(((x / Cell) + 1) * Cell + 0.5f, _width) - ((x / Cell * Cell) + 0.5f);
                var high = MathF.Min(((y / Cell) + 1) * Cell + 0.5f, _height) - ((y / Cell * Cell) + 0.5f);
                float u = x % Cell / wide, v = y % Cell / high;
                var seen = Vector2.Lerp(Vector2.Lerp(nodes[node], nodes[node + 1], u), Vector2.Lerp(nodes[node + across], nodes[node + across + 1], u), v);
                _from[((_height - 1 - y) * _width) + x] = new Vector2(
                    ((seen.X / tangents.X) + 1) * SourceWidth / 2,
                    (1 - (seen.Y / tangents.Y)) * SourceHeight / 2);
            }
        }
    }
}
