using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Labelling;
using Fleet.Twin.Painting;
using Fleet.Twin.Scenes;
using Fleet.Twin.Sensing;
using Fleet.Twin.World;
using SkiaSharp;

namespace Fleet.Twin;

/// <summary>Renders labelled frames of a scene. Frame <c>i</c> of a seed is the same bytes whatever was rendered before.</summary>
/// <remarks>One thread at a time may use a renderer; several renderers may work on several threads at once.</remarks>
public sealed class TwinRenderer : IDisposable
{
    private readonly GlContext _context;
    private readonly TextureBank _bank;
    private readonly Rasteriser _rasteriser;
    private readonly byte[] _bgra;
    private readonly uint[] _ids;

    /// <summary>Opens a renderer.</summary>
    /// <exception cref="Fleet.Contracts.ProblemException">No OpenGL on this machine; the text names the Debian packages.</exception>
    public TwinRenderer(Scene scene, long seed)
    {
        (Scene, Seed) = (scene, seed);
        _context = GlContext.Open();
        _bank = new TextureBank(_context.Gl, Paint);
        _rasteriser = new Rasteriser(_context.Gl, _bank, scene.Camera.Width, scene.Camera.Height);
        _bgra = new byte[scene.Camera.Width * scene.Camera.Height * 4];
        _ids = new uint[scene.Camera.Width * scene.Camera.Height];
        _context.Release();
    }

    /// <summary>What is rendered.</summary>
    public Scene Scene { get; }

    /// <summary>Which of its worlds.</summary>
    public long Seed { get; }

    /// <summary>Id of the labelled object at each pixel of the frame drawn last, rows from the bottom.</summary>
    internal ReadOnlySpan<uint> Ids => _ids;

    /// <summary>Renders frame <paramref name="index"/>; any order, each in about the same time.</summary>
    public TwinFrame Render(long index)
    {
        var (set, annotations) = Draw(index);
        var setting = SensorSetting.Draw(set.Camera, Chance.Of(Seed, index), Scene, set.Backdrop);
        int width = Scene.Camera.Width, height = Scene.Camera.Height;
        return new TwinFrame(index, width, height, Sensor.Expose(_bgra, width, height, setting), annotations);
    }

    /// <summary>What <see cref="Render"/> would annotate, without sensor effects and pixels.</summary>
    public IReadOnlyList<TwinAnnotation> Annotate(long index) => Draw(index).Annotations;

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.MakeCurrent();
        _rasteriser.Dispose();
        _bank.Dispose();
        _context.Dispose();
    }

    private (FilmSet Set, List<TwinAnnotation> Annotations) Draw(long index)
    {
        _context.MakeCurrent();
        try
        {
            return DrawCurrent(index);
        }
        finally
        {
            _context.Release();
        }
    }

    private (FilmSet Set, List<TwinAnnotation> Annotations) DrawCurrent(long index)
    {
        for (var attempt = 0; ; attempt++)
        {
            var set = FilmSet.Build(Scene, Seed, index, attempt);
            if (set is null)
            {
                continue;
            }

            var camera = set.View.Matrix(Scene.Camera.Width / (float)Scene.Camera.Height);
            _bank.BeginFrame();
            _rasteriser.Draw(set.Stage.Things, set.View, camera, set.Light, _bgra, _ids);
            var annotations = Labeller.Annotate(_ids, Scene, set.Stage.Cartons, camera);
            if (attempt >= FilmSet.Attempts || set.Accepts(annotations, Scene))
            {
                return (set, annotations);
            }
        }
    }

    private SKBitmap Paint(Skin texture)
    {
        var picture = TextureBank.Canvas();
        if (texture.Motif <= Motif.CartonTop)
        {
            CartonPainter.Paint(picture, CartonStyle.From(texture.Seed, Scene.Cartons), texture.Motif);
        }
        else
        {
            SurfacePainter.Paint(picture, texture.Motif, new Chance(texture.Seed).Knob("surface", (int)texture.Motif));
        }

        return picture;
    }
}
