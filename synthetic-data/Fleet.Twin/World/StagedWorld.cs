using System.Numerics;
using System.Runtime.InteropServices;
using Fleet.Twin.Export;
using Fleet.Twin.Gl;
using Fleet.Twin.Labelling;
using Fleet.Twin.Optics;
using Fleet.Twin.Painting;
using Fleet.Twin.Scenes;
using Fleet.Twin.Sensing;
using SkiaSharp;

namespace Fleet.Twin.World;

/// <summary>The world of halls, racks and cartons: a stage in three dimensions, drawn by OpenGL, seen through a sensor.</summary>
internal sealed class StagedWorld : IWorld
{
    private readonly Scene _scene;
    private readonly long _seed;
    private readonly GlContext _context;
    private readonly TextureBank _bank;
    private readonly Rasteriser _rasteriser;
    private readonly byte[] _bgra;
    private readonly uint[] _ids;
    private readonly Plate? _plate;
    private readonly Bent? _bent;

    public StagedWorld(Scene scene, long seed)
    {
        (_scene, _seed) = (scene, seed);
        _plate = Plate.Of(scene);
        _context = GlContext.Open();
        _bank = new TextureBank(_context.Gl, Paint);
        _bent = scene.Camera.IsPinhole ? null : new Bent(scene.Camera);
        _rasteriser = new Rasteriser(_context.Gl, _bank, _bent?.SourceWidth ?? scene.Camera.Width, _bent?.SourceHeight ?? scene.Camera.Height, scene.Own.OwnMeshes);
        _bgra = new byte[scene.Camera.Width * scene.Camera.Height * 4];
        _ids = new uint[scene.Camera.Width * scene.Camera.Height];
        _context.Release();
    }

    /// <summary>Id of the object at each pixel of the frame drawn last, rows from the bottom.</summary>
    public ReadOnlySpan<uint> Ids => _ids;

    public TwinFrame Render(long index)
    {
        var (set, annotations) = Draw(index);
        var setting = SensorSetting.Draw(set.Camera, Chance.Of(_seed, index), _scene, set.Backdrop);
        int width = _scene.Camera.Width, height = _scene.Camera.Height;
        var behind = Chance.Of(_seed, index).Knob("plate");
        if (_plate is not null && behind.Happens(_scene.Plate.Share))
        {
            _plate.PutBehind(_bgra, _ids, width, height, behind);
        }

        return new TwinFrame(index, width, height, Sensor.Expose(_bgra, width, height, setting), annotations)
        {
            Camera = Lens.Draw(set.Camera, _scene.Camera, set.View.FovY).At(set.View.Pose),
        };
    }

    public IReadOnlyList<TwinAnnotation> Annotate(long index) => Draw(index).Annotations;

    /// <summary>What the frame shows as glTF.</summary>
    public byte[] Export(long index)
    {
        var set = Draw(index).Set;
        var writer = new GlbWriter(Paint, _scene.Own.OwnMeshes);
        foreach (var view in Cameras(set, index))
        {
            writer.Add(view.Pose, view.FovY, _scene.Camera.Width / (float)_scene.Camera.Height);
        }

        foreach (var thing in set.Stage.Things)
        {
            var label = thing.Id == 0 ? thing.Matter == Matter.Solid ? "thing" : "room" : $"{thing.Id} {set.Stage.Cartons[(int)thing.Id - 1].Label ?? _scene.Label}";
            writer.Add(thing, label);
        }

        return writer.Bytes();
    }

    /// <summary>The frame's own camera; at a fixed place also the others that look at it, which neighbouring seeds look through.</summary>
    private IEnumerable<View> Cameras(FilmSet own, long index) => own.Fixed
        ? Enumerable.Range(1, _scene.Site.Poses - 1).Select(i => FilmSet.Build(_scene, _seed + i, index, attempt: 0)?.View).OfType<View>().Prepend(own.View)
        : [own.View];

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
            var set = FilmSet.Build(_scene, _seed, index, attempt);
            if (set is null)
            {
                continue;
            }

            var camera = Shoot(set);
            var annotations = Labeller.Annotate(_ids, _scene, set.Stage.Cartons, camera);
            if (attempt >= FilmSet.Attempts || set.Accepts(annotations, _scene))
            {
                return (set, annotations);
            }
        }
    }

    /// <summary>Fills colour and ids, and says how the world meets their pixels.</summary>
    private Projection Shoot(FilmSet set)
    {
        var camera = _scene.Camera;
        _bank.BeginFrame();
        if (_bent is null)
        {
            var straight = set.View.Matrix(camera.Width / (float)camera.Height);
            _rasteriser.Draw(set.Stage.Things, set.View, straight, set.Light, _bgra, _ids);
            return new Projection(straight, camera.Width, camera.Height);
        }

        var (lens, tangents) = _bent.Ready(Lens.Draw(set.Camera, camera, set.View.FovY));
        var wide = set.View.Pose * Bent.Projection(tangents);
        _rasteriser.Draw(set.Stage.Things, set.View, wide, set.Light, _bent.Bgra, _bent.Ids);
        _bent.Write(_bgra, _ids);
        return new Projection(wide, camera.Width, camera.Height) { Lens = lens, Tangents = tangents };
    }

    private SKBitmap Paint(Skin texture)
    {
        var picture = TextureBank.Canvas();
        if (texture.Motif <= Motif.CartonTop)
        {
            CartonPainter.Paint(picture, CartonStyle.From(texture.Seed, _scene.Cartons), texture.Motif);
        }
        else if (texture.Motif == Motif.Own)
        {
            Marshal.Copy(_scene.Own.Faces[(int)texture.Seed], 0, picture.GetPixels(), picture.ByteCount);
        }
        else if (texture.Motif >= Motif.PackFront)
        {
            PackPainter.Paint(picture, texture.Motif, texture.Seed);
        }
        else
        {
            SurfacePainter.Paint(picture, texture.Motif, new Chance(texture.Seed).Knob("surface", (int)texture.Motif));
        }

        return picture;
    }
}
