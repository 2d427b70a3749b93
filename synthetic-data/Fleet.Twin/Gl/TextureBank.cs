using Fleet.Twin.Painting;
using Silk.NET.OpenGL;
using SkiaSharp;

namespace Fleet.Twin.Gl;

/// <summary>Textures on the card, painted when first asked for; the ones unused for longest make room.</summary>
internal sealed unsafe class TextureBank(GL gl, Func<Skin, SKBitmap> paint) : IDisposable
{
    private const int Side = 256;
    private const int FirstLayers = 320;

    // what every OpenGL 4.5 has; a frame needs a few hundred
    private const int MostLayers = 2048;
    private const int Levels = 9;

    private readonly Dictionary<Skin, int> _layers = [];
    private uint _array = Allocate(gl, FirstLayers);
    private Skin?[] _held = new Skin?[FirstLayers];
    private long[] _used = new long[FirstLayers];
    private long _frame;

    public static SKBitmap Canvas() => new(Side, Side, SKColorType.Rgba8888, SKAlphaType.Unpremul);

    public void BeginFrame() => _frame++;

    public int Layer(Skin texture)
    {
        if (!_layers.TryGetValue(texture, out var layer))
        {
            layer = Oldest();
            if (_held[layer] is { } gone)
            {
                _layers.Remove(gone);
            }

            using var picture = paint(texture);
            Upload(picture, layer);
            _layers[texture] = layer;
            _held[layer] = texture;
        }

        _used[layer] = _frame;
        return layer;
    }

    public void Bind(int unit)
    {
        gl.ActiveTexture(TextureUnit.Texture0 + unit);
        gl.BindTexture(TextureTarget.Texture2DArray, _array);
    }

    public void Dispose() => gl.DeleteTexture(_array);

    private static uint Allocate(GL gl, int layers)
    {
        var array = gl.GenTexture();
        gl.BindTexture(TextureTarget.Texture2DArray, array);
        for (var level = 0; level < Levels; level++)
        {
            var side = (uint)(Side >> level);
            gl.TexImage3D(TextureTarget.Texture2DArray, level, InternalFormat.Rgba8, side, side, (uint)layers, 0, PixelFormat.Rgba, PixelType.UnsignedByte, null);
        }

        gl.TexParameter(TextureTarget.Texture2DArray, TextureParameterName.TextureMaxLevel, Levels - 1);
        gl.TexParameter(TextureTarget.Texture2DArray, TextureParameterName.TextureMinFilter, (int)GLEnum.LinearMipmapLinear);
        gl.TexParameter(TextureTarget.Texture2DArray, TextureParameterName.TextureMagFilter, (int)GLEnum.Linear);
        return array;
    }

    private int Oldest()
    {
        var oldest = 0;
        for (var i = 1; i < _used.Length; i++)
        {
            if (_used[i] < _used[oldest])
            {
                oldest = i;
            }
        }

        return _used[oldest] < _frame ? oldest : Grow();
    }

    /// <summary>Makes room for a frame with more textures than there are layers; every texture stays in its layer.</summary>
    /// <returns>The first new layer.</returns>
    private int Grow()
    {
        var full = _held.Length;
        if (full >= MostLayers)
        {
            throw new InvalidOperationException($"One frame asks for more than {MostLayers} textures: take fewer products or things.");
        }

        gl.DeleteTexture(_array);
        Array.Resize(ref _held, full * 2 > MostLayers ? MostLayers : full * 2);
        Array.Resize(ref _used, _held.Length);
        _array = Allocate(gl, _held.Length);
        foreach (var (texture, layer) in _layers)
        {
            using var picture = paint(texture);
            Upload(picture, layer);
        }

        return full;
    }

    private void Upload(SKBitmap picture, int layer)
    {
        gl.BindTexture(TextureTarget.Texture2DArray, _array);
        var pixels = new ReadOnlySpan<byte>((void*)picture.GetPixels(), Side * Side * 4).ToArray();
        for (var level = 0; level < Levels; level++)
        {
            var side = Side >> level;
            fixed (byte* first = pixels)
            {
                gl.TexSubImage3D(TextureTarget.Texture2DArray, level, 0, 0, layer, (uint)side, (uint)side, 1, PixelFormat.Rgba, PixelType.UnsignedByte, first);
            }

            pixels = Halve(pixels, side);
        }
    }

    private static byte[] Halve(byte[] pixels, int side)
    {
        var half = side / 2;
        var smaller = new byte[half * half * 4];
        for (var y = 0; y < half; y++)
        {
            for (var x = 0; x < half * 4; x++)
            {
                var at = (y * 2 * side * 4) + (x / 4 * 8) + (x % 4);
                smaller[(y * half * 4) + x] = (byte)((pixels[at] + pixels[at + 4] + pixels[at + (side * 4)] + pixels[at + (side * 4) + 4] + 2) / 4);
            }
        }

        return smaller;
    }
}
