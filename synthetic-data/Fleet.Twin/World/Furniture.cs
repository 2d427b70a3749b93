using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;

namespace Fleet.Twin.World;

/// <summary>Pallets, racks, film and straps.</summary>
internal static class Furniture
{
    public const float PalletHeight = 0.144f;

    public static void Pallet(Stage stage, Draws draws, Matrix4x4 place, float width, float depth)
    {
        var wood = stage.Surface(draws, Motif.Planks);
        var tint = new Vector3(1, 0.93f, 0.82f) * draws.Between(0.45f, 1.05f);
        void Board(float x, float y, float z, Vector3 size)
        {
            stage.Add(Shape.Box, size, new Vector3(x, y, z), 0, tint * draws.Between(0.85f, 1.1f), wood, place);
            stage.Last(t => t with { Edge = 0.5f });
        }

        for (var i = -3; i <= 3; i++)
        {
            Board(0, 0.133f, i * depth / 6.8f, new Vector3(width, 0.022f, depth / 8.5f));
        }

        foreach (var z in new[] { -1, 0, 1 })
        {
            Board(0, 0.011f, z * ((depth / 2) - 0.05f), new Vector3(width, 0.022f, 0.1f));
            foreach (var x in new[] { -1, 0, 1 })
            {
                Board(x * ((width / 2) - 0.07f), 0.072f, z * ((depth / 2) - 0.05f), new Vector3(0.13f, 0.1f, 0.1f));
            }
        }
    }

    /// <summary>Stretch film around a load.</summary>
    public static void Film(Stage stage, Draws draws, Matrix4x4 place, Vector3 size)
    {
        var film = stage.Surface(draws, Motif.Film);
        var loose = size + new Vector3(0.02f, 0.004f, 0.02f);
        stage.Add(Shape.Box, loose, new Vector3(0, loose.Y / 2, 0), 0, new Vector3(0.9f, 0.95f, 1f) * draws.Between(0.5f, 0.9f), film, place);
        stage.Last(t => t with { Matter = Matter.Film, Shine = 0.35f, Repeat = new Vector2(-0.9f, -0.9f) });
    }

    /// <summary>Upright or level straps around a load: they cross cartons and must not split them.</summary>
    public static void Straps(Stage stage, Draws draws, Matrix4x4 place, Vector3 size)
    {
        var plain = stage.Surface(draws, Motif.Plain);
        var tint = draws.Happens(0.6f) ? new Vector3(0.02f) : Stage.Colour(draws, draws.Between(0, 0.8f), 0.4f);
        var wide = draws.Between(0.012f, 0.03f);
        var count = draws.Whole(1, 4);
        var level = draws.Happens(0.35f);
        for (var i = 0; i < count; i++)
        {
            var at = (i + 1f) / (count + 1);
            var (strap, centre) = level
                ? (new Vector3(size.X + 0.012f, wide, size.Z + 0.012f), new Vector3(0, size.Y * at, 0))
                : (new Vector3(wide, size.Y + 0.008f, size.Z + 0.012f), new Vector3((at - 0.5f) * size.X, size.Y / 2, 0));
            stage.Add(Shape.Box, strap, centre, 0, tint, plain, place);
            stage.Last(t => t with { Shine = 0.25f });
        }
    }

    /// <summary>A rack's uprights with bracing; bays start at x = 0 and are centred by the caller.</summary>
    public static void Uprights(Stage stage, Draws draws, RackSize rack)
    {
        var metal = stage.Surface(draws, Motif.Metal);
        var hazard = draws.Happens(0.25f) ? stage.Surface(draws, Motif.Hazard) : metal;
        var height = (rack.Levels * rack.LevelHeight) + draws.Between(0.2f, 0.8f);
        for (var b = 0; b <= rack.Bays; b++)
        {
            var x = (b - (rack.Bays / 2f)) * rack.BayWidth;
            foreach (var side in new[] { -1, 1 })
            {
                var z = side * rack.Depth / 2;
                stage.Add(Shape.Box, new Vector3(0.09f, height, 0.07f), new Vector3(x, height / 2, z), 0, rack.UprightTint, metal);
                stage.Last(t => t with { Repeat = new Vector2(1, -2), Shine = 0.1f });
                stage.Add(Shape.Box, new Vector3(0.14f, 0.4f, 0.12f), new Vector3(x, 0.2f, z + (side * 0.01f)), 0, side > 0 && hazard != metal ? Vector3.One : rack.UprightTint, hazard);
            }

            for (var y = 0.4f; y < height - 0.6f; y += 0.7f)
            {
                var brace = Matrix4x4.CreateScale(0.03f, 0.03f, MathF.Sqrt((rack.Depth * rack.Depth) + 0.49f))
                    * Matrix4x4.CreateRotationX(MathF.Atan2(0.7f, rack.Depth) * (((int)(y / 0.7f) % 2 * 2) - 1)) * Matrix4x4.CreateTranslation(x, y + 0.35f, 0);
                stage.Add(new Thing(Shape.Box, brace, rack.UprightTint, metal, metal, metal));
            }
        }
    }

    /// <summary>Beams and deck of one level of one bay.</summary>
    public static void Level(Stage stage, Draws draws, RackSize rack, float x, float y)
    {
        var metal = stage.Surface(draws, Motif.Metal);
        foreach (var side in new[] { -1, 1 })
        {
            stage.Add(Shape.Box, new Vector3(rack.BayWidth - 0.08f, 0.12f, 0.05f), new Vector3(x, y - 0.06f, side * rack.Depth / 2), 0, rack.BeamTint, metal);
            stage.Last(t => t with { Shine = 0.12f, Edge = 0.2f });
        }

        if (rack.Deck is { } deck)
        {
            stage.Add(Shape.Box, new Vector3(rack.BayWidth - 0.08f, 0.025f, rack.Depth), new Vector3(x, y - 0.014f, 0), 0, new Vector3(0.6f), deck);
            stage.Last(t => t with { Repeat = new Vector2(3, 2) });
        }

        if (draws.Happens(0.3f))
        {
            var sign = stage.Surface(draws, Motif.Plain);
            stage.Add(Shape.Box, new Vector3(0.14f, 0.08f, 0.01f), new Vector3(x + draws.Between(-0.5f, 0.5f), y - 0.06f, (rack.Depth / 2) + 0.03f), 0, new Vector3(0.9f, 0.9f, draws.Between(0.1f, 0.9f)), sign);
        }
    }
}

/// <summary>Measures and colours of a rack, metres.</summary>
internal sealed record RackSize(int Bays, int Levels, float BayWidth, float LevelHeight, float Depth, Vector3 BeamTint, Vector3 UprightTint, Skin? Deck)
{
    public static RackSize Draw(Stage stage, Draws draws) => new(
        draws.Whole(1, 4),
        draws.Whole(1, 4),
        draws.Between(1.8f, 2.9f),
        draws.Between(1.0f, 2.0f),
        draws.Between(0.9f, 1.2f),
        draws.Happens(0.65f) ? new Vector3(0.85f, 0.16f, 0.02f) * draws.Between(0.4f, 1.05f) : Stage.Colour(draws, draws.Between(0.1f, 0.9f), 0.3f),
        draws.Happens(0.65f) ? new Vector3(0.03f, 0.08f, 0.32f) * draws.Between(0.5f, 1.4f) : Stage.Colour(draws, draws.Between(0, 0.8f), 0.2f),
        draws.Happens(0.6f) ? stage.Surface(draws, Motif.Mesh, Motif.Planks, Motif.Plain) : null);
}
