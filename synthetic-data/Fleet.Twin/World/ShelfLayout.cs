using System.Numerics;
using Fleet.Twin.Own;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.World;

/// <summary>A shop's shelf: bays, boards with price rails, and on each board product after product, facing beside facing.</summary>
internal sealed class ShelfLayout(Stage stage, ulong assortment)
{
    private const float BayWidth = 1.25f;
    private const float BoardThickness = 0.025f;
    private const float RailHeight = 0.042f;

    private readonly ShelfKnobs _knobs = stage.Scene.Shelf;

    public Shot Build()
    {
        var draws = stage.Knob("shelf");
        var frame = ShelfFrame.Draw(stage, draws, _knobs);
        for (var bay = 0; bay < frame.Bays; bay++)
        {
            var x = (bay - ((frame.Bays - 1) / 2f)) * BayWidth;
            Carcass(frame, x);
            for (var level = 0; level < frame.Levels; level++)
            {
                Board(stage.Knob("shelf/board", (bay * 16) + level), frame, x, frame.Foot + (level * frame.LevelHeight), level == frame.Levels - 1);
            }
        }

        if (draws.Happens(0.3f))
        {
            Clutter.Put(stage, stage.Knob("shelf/shopper"), new Vector3(draws.Between(-1f, 1f) * frame.Bays * BayWidth / 2, 0, draws.Between(0.7f, 1.3f)), lookalike: false);
        }

        Room.Build(stage, -frame.Depth - draws.Between(0.05f, 2f), hall: true);
        var yaw = Photographer.Radians(draws.Between(_knobs.Yaw));
        return new Shot(yaw, draws.Between(-0.15f, 0.5f));
    }

    private void Carcass(ShelfFrame frame, float x)
    {
        var height = frame.Foot + (frame.Levels * frame.LevelHeight);
        stage.Add(Shape.Box, new Vector3(BayWidth, height, 0.02f), new Vector3(x, height / 2, -frame.Depth), 0, frame.Panel, frame.PanelSkin);
        stage.Last(t => t with { Repeat = new Vector2(-2, -2) });
        stage.Add(Shape.Box, new Vector3(BayWidth, frame.Foot - BoardThickness, 0.02f), new Vector3(x, (frame.Foot - BoardThickness) / 2, -0.05f), 0, frame.Panel * 0.6f, frame.PanelSkin);
        foreach (var side in new[] { -1, 1 })
        {
            stage.Add(Shape.Box, new Vector3(0.02f, height, 0.05f), new Vector3(x + (side * BayWidth / 2), height / 2, -frame.Depth + 0.03f), 0, frame.Panel * 0.8f, frame.PanelSkin);
        }
    }

    private void Board(Draws draws, ShelfFrame frame, float x, float y, bool top)
    {
        stage.Add(Shape.Box, new Vector3(BayWidth - 0.01f, BoardThickness, frame.Depth), new Vector3(x, y - (BoardThickness / 2), -frame.Depth / 2), 0, frame.Panel, frame.PanelSkin);
        stage.Last(t => t with { Repeat = new Vector2(-2, -2) });
        stage.Add(Shape.Box, new Vector3(BayWidth - 0.01f, RailHeight, 0.012f), new Vector3(x, y - (RailHeight / 2), 0.004f), 0, frame.Rail, stage.Surface(draws, Motif.Plain));
        stage.Last(t => t with { Shine = 0.2f });
        var free = top ? frame.LevelHeight * 1.1f : frame.LevelHeight - BoardThickness - 0.02f;
        var at = x - (BayWidth / 2) + 0.02f;
        for (var product = 0; product < 40; product++)
        {
            var style = Pick(draws, free, frame.Depth);
            var facings = draws.Whole((int)_knobs.Facings.Low, (int)_knobs.Facings.High + 1);
            var gap = draws.Between(0.003f, 0.02f);
            Tag(draws, at + (style.Size.X / 2), y);
            for (var facing = 0; facing < facings; facing++)
            {
                if (at + style.Size.X > x + (BayWidth / 2) - 0.02f)
                {
                    return;
                }

                Facing(draws, frame, style, new Vector3(at + (style.Size.X / 2), y, 0), free);
                at += style.Size.X + gap;
            }

            at += draws.Between(0.005f, 0.04f);
        }
    }

    private PackageStyle Pick(Draws draws, float free, float depth)
    {
        var goods = stage.Scene.Cartons;
        PackageStyle? style = null;
        // what does not fit under the next board is put elsewhere; after a few tries it is made to fit
        for (var i = 0; i < 6 && (style is null || style.Size.Y > free); i++)
        {
            style = goods.Own.Count > 0 && draws.Happens(goods.OwnShare)
                ? PackageStyle.From(OwnProduct.Pick(goods.Own, draws), assortment)
                : PackageStyle.From(PackageStyle.SeedOf(Chance.Mix(assortment + (ulong)draws.Whole(0, goods.Styles)), Kind(draws)));
        }

        var shrink = Math.Min(1, Math.Min(free / style!.Size.Y, depth / style.Size.Z));
        return style with { Size = style.Size * shrink };
    }

    private PackageKind Kind(Draws draws)
    {
        var at = draws.Unit() * _knobs.Kinds.Values.Sum();
        foreach (var (kind, weight) in _knobs.Kinds)
        {
            at -= weight;
            if (at < 0)
            {
                return kind;
            }
        }

        return _knobs.Kinds.Last(k => k.Value > 0).Key;
    }

    private void Facing(Draws draws, ShelfFrame frame, PackageStyle style, Vector3 foot, float free)
    {
        if (draws.Happens(_knobs.Empty))
        {
            Gap(style, foot);
            return;
        }

        var rows = Math.Clamp(draws.Whole((int)_knobs.Rows.Low, (int)_knobs.Rows.High + 1), 1, Math.Max(1, (int)(frame.Depth / style.Size.Z)));
        var first = draws.Happens(_knobs.Depleted) && rows * style.Size.Z < frame.Depth ? draws.Between(0.3f, 0.9f) * (frame.Depth - (rows * style.Size.Z)) : draws.Between(0, 0.025f);
        var stacked = style.Kind is PackageKind.Can or PackageKind.Tub or PackageKind.Box && style.Size.Y * 2 < free && draws.Happens(0.5f);
        for (var row = 0; row < rows; row++)
        {
            var z = -first - (style.Size.Z * (row + 0.5f)) - 0.008f;
            Put(draws, style, foot with { Z = z });
            if (stacked)
            {
                Put(draws, style, new Vector3(foot.X, foot.Y + style.Size.Y, z));
            }
        }
    }

    private void Put(Draws draws, PackageStyle style, Vector3 foot)
    {
        var untidy = draws.Happens(_knobs.Untidy);
        var yaw = style.Kind is PackageKind.Can or PackageKind.Bottle or PackageKind.Jar or PackageKind.Tube or PackageKind.Tub
            ? draws.Normal() * (untidy ? 0.9f : 0.25f)
            : draws.Normal() * (untidy ? 0.12f : 0.015f);
        var shift = untidy ? new Vector3(draws.Normal() * 0.004f, 0, draws.Normal() * 0.012f) : Vector3.Zero;
        var lies = draws.Happens(_knobs.Fallen) && style.Size.Y < 0.3f;
        var pose = lies
            ? Matrix4x4.CreateRotationX(-MathF.PI / 2) * Matrix4x4.CreateTranslation(0, style.Size.Z / 2, 0)
            : Matrix4x4.CreateTranslation(0, style.Size.Y / 2, 0);
        var model = Matrix4x4.CreateScale(style.Size) * pose * Matrix4x4.CreateRotationY(yaw) * Matrix4x4.CreateTranslation(foot + shift);
        var brightness = draws.Between(0.9f, 1.06f);
        if (style.Own?.Asset is { } asset)
        {
            stage.AddAsset(style.Label, model, style.Size, asset, brightness);
            return;
        }

        Skin Face(Motif motif) => new(motif, style.Seed);
        var (side, top, front) = style.Own?.Faces is { } own
            ? (Skin.Of(own.Side), Skin.Of(own.Top), Skin.Of(own.Front))
            : (Face(Motif.PackSide), Face(Motif.PackTop), Face(Motif.PackFront));
        stage.AddLabelled(
            style.Label, model, style.Size, PackageStyle.Fill(style.Kind),
            new Thing(PackageStyle.ShapeOf(style.Kind), model, new Vector3(brightness), side, top, front)
            {
                Shine = style.Shine,
                Edge = style.Kind == PackageKind.Box ? 0.25f : 0,
                Repeat = style.Own is { Wrapped: true } ? new Vector2(0.5f, 1) : Vector2.One,
            });
    }

    /// <summary>The hole where a product should stand: it hides nothing, and its pixels are what can be seen through it.</summary>
    private void Gap(PackageStyle style, Vector3 foot)
    {
        var model = Matrix4x4.CreateScale(style.Size with { Z = 0.004f }) * Matrix4x4.CreateTranslation(foot + new Vector3(0, style.Size.Y / 2, -0.012f));
        var skin = new Skin(Motif.PackTop, style.Seed);
        stage.AddLabelled(ShelfKnobs.EmptyFacing, model, style.Size, fill: 1, new Thing(Shape.Box, model, Vector3.One, skin, skin, skin) { Matter = Matter.Ghost });
    }

    private void Tag(Draws draws, float x, float y)
    {
        var width = draws.Between(0.045f, 0.07f);
        var tag = new Skin(Motif.PriceTag, Chance.Mix((ulong)draws.Whole(0, 12)));
        stage.Add(Shape.Box, new Vector3(width, RailHeight * 0.86f, 0.002f), new Vector3(x, y - (RailHeight / 2), 0.012f), 0, Vector3.One, tag);
    }
}

/// <summary>Measures and colours of the shelf, metres.</summary>
internal sealed record ShelfFrame(int Bays, int Levels, float LevelHeight, float Depth, float Foot, Vector3 Panel, Skin PanelSkin, Vector3 Rail)
{
    public static ShelfFrame Draw(Stage stage, Draws draws, ShelfKnobs knobs) => new(
        draws.Whole((int)knobs.Bays.Low, (int)knobs.Bays.High + 1),
        draws.Whole((int)knobs.Levels.Low, (int)knobs.Levels.High + 1),
        draws.Between(knobs.LevelHeight),
        draws.Between(0.3f, 0.5f),
        draws.Between(0.12f, 0.3f),
        draws.Happens(0.7f) ? new Vector3(draws.Between(0.35f, 0.95f)) : Stage.Colour(draws, draws.Between(0.05f, 0.5f), 0.2f),
        stage.Surface(draws, Motif.Plain, Motif.Metal, Motif.Mesh, Motif.Planks),
        draws.Happens(0.5f) ? new Vector3(draws.Between(0.4f, 0.95f)) : Stage.Colour(draws, draws.Between(0.3f, 0.9f), 0.3f));
}
