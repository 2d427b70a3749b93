using System.Numerics;
using Fleet.Twin.Own;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;
using Fleet.Twin.Scenes;
using SkiaSharp;

namespace Fleet.Twin.World;

/// <summary>What is being set up for one frame.</summary>
/// <param name="scene">Its ranges.</param>
/// <param name="chance">Chance of this frame (or of the site, for what is fixed there).</param>
/// <param name="products">The products about.</param>
internal sealed class Stage(Scene scene, Chance chance, Products products)
{
    private const int VariantsOfSurface = 7;
    private const int VariantsOfAnything = 12;
    private const float ShareOfAnything = 0.65f;

    private readonly bool _isRandom = chance.Knob("random").Happens(scene.Clutter.Random);
    private int _surfaces;

    public Scene Scene => scene;

    public Products Products => products;

    public List<Thing> Things { get; } = [];

    public List<Carton> Cartons { get; } = [];

    public Draws Knob(string name, long part = 0) => chance.Knob(name, part);

    /// <summary>One of a few variants of each surface, so that textures are painted once and used often.</summary>
    public Skin Surface(Draws draws, params ReadOnlySpan<Motif> motifs)
    {
        var skin = new Skin(draws.Pick(motifs), SurfaceSeed(draws.Whole(0, VariantsOfSurface)));
        return _isRandom && skin.Motif is not (Motif.Film or Motif.PriceTag) ? Anything(chance.Knob("random/surface", _surfaces++), skin) : skin;
    }

    /// <summary>A colour as linear light.</summary>
    public static Vector3 Colour(Draws draws, float saturation, float low = 0.1f, float high = 1f)
    {
        var c = SKColor.FromHsv(draws.Between(0, 360), 100 * saturation, 100 * draws.Between(low, high));
        return Linear(c);
    }

    public static Vector3 Linear(SKColor c)
    {
        var v = new Vector3(c.Red, c.Green, c.Blue) / 255f;
        return v * v;
    }

    public Thing Add(Shape shape, Vector3 size, Vector3 centre, float yaw, Vector3 tint, Skin texture, Matrix4x4? place = null)
    {
        tint = _isRandom ? Anyhow(chance.Knob("random/tint", Things.Count), tint) : tint;
        var model = Matrix4x4.CreateScale(size) * Matrix4x4.CreateRotationY(yaw) * Matrix4x4.CreateTranslation(centre);
        return Add(new Thing(shape, place is { } p ? model * p : model, tint, texture, texture, texture));
    }

    public Thing Add(Thing thing)
    {
        Things.Add(thing);
        return thing;
    }

    private Skin Anything(Draws draws, Skin skin) => draws.Happens(ShareOfAnything)
        ? new Skin(
            draws.Pick(Motif.Junk, Motif.Junk, Motif.Junk, Motif.Tiles, Motif.Bricks, Motif.Ribs, Motif.Cloth, Motif.Panels, Motif.Shelves, Motif.Mesh, Motif.Planks),
            SurfaceSeed(draws.Whole(0, VariantsOfAnything)))
        : skin;

    private static Vector3 Anyhow(Draws draws, Vector3 tint) => draws.Happens(0.4f) ? Colour(draws, draws.Between(0, 1), 0.15f) : tint;

    private ulong SurfaceSeed(int variant) => Chance.Mix((products.Surfaces << 8) + (ulong)variant);

    /// <summary>Changes the thing added last.</summary>
    public void Last(Func<Thing, Thing> change) => Things[^1] = change(Things[^1]);

    /// <summary>Puts something of a class of its own.</summary>
    /// <param name="fill">Share of its bounding box's outline that it fills.</param>
    public void AddLabelled(string label, Matrix4x4 model, Vector3 size, float fill, Thing thing)
    {
        var id = (uint)Cartons.Count + 1;
        Things.Add(thing with { Id = id });
        Cartons.Add(new Carton(id, model, size) { Label = label, Fill = fill, Shape = thing.Shape });
    }

    /// <summary>Puts an asset of the user's.</summary>
    /// <param name="label">Its class; null where the scene has but one.</param>
    public void AddAsset(string? label, Matrix4x4 model, Vector3 size, Asset asset, float brightness)
    {
        var id = (uint)Cartons.Count + 1;
        AddParts(asset, model, brightness, id);
        Cartons.Add(new Carton(id, model, size) { Label = label, Fill = asset.Fill, Points = asset.Points });
    }

    /// <summary>Puts an asset that nobody labels.</summary>
    public void AddParts(Asset asset, Matrix4x4 model, float brightness, uint id = 0)
    {
        foreach (var part in asset.Parts)
        {
            var skin = Skin.Of(part.Face);
            Things.Add(new Thing(part.Shape, model, part.Tint * brightness, skin, skin, skin) { Id = id, Shine = part.Shine });
        }
    }

    /// <summary>Puts a carton with its foot at <paramref name="foot"/>.</summary>
    public Carton AddCarton(CartonStyle style, Vector3 foot, float yaw, CartonLook look, Matrix4x4 place)
    {
        var id = (uint)Cartons.Count + 1;
        var size = style.Size * look.Scale;
        var model = Matrix4x4.CreateScale(size) * Matrix4x4.CreateTranslation(0, size.Y / 2, 0)
            * Matrix4x4.CreateRotationY(yaw + (look.Turned ? MathF.PI / 2 : 0)) * Matrix4x4.CreateTranslation(foot) * place;
        if (style.Own?.Asset is { } asset)
        {
            AddAsset(style.Own.Label, model, size, asset, (look.Tint.X + look.Tint.Y + look.Tint.Z) / 3);
            return Cartons[^1];
        }

        var front = new Skin(look.Other ? Motif.CartonFrontToo : Motif.CartonFront, style.Seed);
        var (side, top) = (new Skin(Motif.CartonSide, style.Seed), new Skin(Motif.CartonTop, style.Seed));
        if (style.Own?.Faces is { } faces)
        {
            (side, top, front) = (Skin.Of(faces.Side), Skin.Of(faces.Top), Skin.Of(faces.Front));
        }

        Things.Add(new Thing(Shape.Box, model, look.Tint, side, top, front)
        {
            Id = id,
            Edge = look.Edge,
            Shine = look.Shine,
            Repeat = look.UpsideDown ? new Vector2(1, -1) : Vector2.One,
        });
        var carton = new Carton(id, model, size) { Label = style.Own?.Label };
        Cartons.Add(carton);
        return carton;
    }
}

/// <summary>How one carton differs from its product.</summary>
internal readonly record struct CartonLook(Vector3 Scale, Vector3 Tint, float Edge, float Shine, bool Turned, bool Other, bool UpsideDown)
{
    public static CartonLook Of(Draws draws, float edge, bool turned) => new(
        Vector3.One,
        (Vector3.One + (new Vector3(draws.Normal(), draws.Normal(), draws.Normal()) * 0.015f)) * draws.Between(0.82f, 1.1f),
        edge,
        draws.Happens(0.25f) ? draws.Between(0, 0.12f) : 0.01f,
        turned,
        draws.Happens(0.4f),
        UpsideDown: false);
}
