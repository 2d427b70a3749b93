using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;

namespace Fleet.Twin.World;

/// <summary>Floor, walls, ceiling lamps and lines on the floor.</summary>
internal static class Room
{
    private const float FloorSide = 30f;

    public static void Build(Stage stage, float backWall, bool hall)
    {
        var draws = stage.Knob("room");
        Floor(stage, draws);
        var height = hall ? draws.Between(4.5f, 8f) : draws.Between(2.6f, 5.5f);
        var half = hall ? draws.Between(6, 12) : draws.Between(3, 7);
        Wall(stage, draws, new Vector3(half * 2, height, 0.1f), new Vector3(0, height / 2, backWall));
        var tilt = draws.Whole(0, 2);
        foreach (var side in new[] { -1, 1 })
        {
            if (draws.Happens(0.7f) || tilt == 0)
            {
                Wall(stage, draws, new Vector3(0.1f, height, 26), new Vector3(side * half, height / 2, 0));
            }
        }

        Wall(stage, draws, new Vector3(half * 2, height, 0.1f), new Vector3(0, height / 2, 12.9f));
        Ceiling(stage, draws, height, half);
        Dado(stage, draws, half, backWall);
    }

    private static void Floor(Stage stage, Draws draws)
    {
        var motif = stage.Surface(draws, Motif.Concrete, Motif.Concrete, Motif.Concrete, Motif.Tiles, Motif.Plain, Motif.Planks);
        var tint = motif.Motif == Motif.Planks
            ? new Vector3(draws.Between(0.3f, 0.8f))
            : Stage.Colour(draws, draws.Happens(0.85f) ? draws.Between(0, 0.12f) : draws.Between(0.1f, 0.4f), 0.35f, 0.95f);
        stage.Add(Shape.Ground, new Vector3(FloorSide, 1, FloorSide), Vector3.Zero, 0, tint, motif);
        var repeat = FloorSide / draws.Between(1.2f, 4f);
        stage.Last(t => t with { Matter = Matter.Room, Repeat = new Vector2(repeat, repeat), Shine = draws.Between(0, 0.25f) });
        var plain = stage.Surface(draws, Motif.Plain);
        for (var i = draws.Whole(0, 4); i > 0; i--)
        {
            var line = draws.Happens(0.75f) ? new Vector3(0.85f, 0.55f, 0.03f) : new Vector3(0.85f);
            var along = draws.Happens(0.5f);
            var size = along ? new Vector3(0.1f, 0.004f, 24) : new Vector3(24, 0.004f, 0.1f);
            var at = draws.Between(-3f, 3f);
            stage.Add(Shape.Box, size, along ? new Vector3(at, 0.002f, 0) : new Vector3(0, 0.002f, at), 0, line * draws.Between(0.4f, 1f), plain);
            stage.Last(t => t with { Matter = Matter.Room });
        }
    }

    private static void Wall(Stage stage, Draws draws, Vector3 size, Vector3 centre)
    {
        var motif = stage.Surface(draws, Motif.Plain, Motif.Plain, Motif.Concrete, Motif.Ribs, Motif.Panels, Motif.Bricks, Motif.Shelves, Motif.Tiles);
        var tint = motif.Motif == Motif.Plain
            ? Stage.Colour(draws, draws.Happens(0.8f) ? draws.Between(0, 0.12f) : draws.Between(0.15f, 0.55f), 0.2f, 0.95f)
            : new Vector3(draws.Between(0.25f, 1f));
        stage.Add(Shape.Box, size, centre, 0, tint, motif);
        var perMetre = draws.Between(0.35f, 0.9f);
        stage.Last(t => t with { Matter = Matter.Room, Repeat = new Vector2(-perMetre, -perMetre) });
    }

    private static void Ceiling(Stage stage, Draws draws, float height, float half)
    {
        var plain = stage.Surface(draws, Motif.Plain, Motif.Ribs);
        stage.Add(Shape.Box, new Vector3(half * 2, 0.05f, 26), new Vector3(0, height, 0), 0, new Vector3(draws.Between(0.05f, 0.6f)), plain);
        stage.Last(t => t with { Matter = Matter.Room, Repeat = new Vector2(-0.5f, -0.5f) });
        var lamp = stage.Surface(draws, Motif.Plain);
        var columns = draws.Whole(1, 4);
        for (var i = 0; i < columns * 4; i++)
        {
            var at = new Vector3(((i % columns) - ((columns - 1) / 2f)) * 2.8f, height - 0.12f, ((i / columns) * 3f) - 7);
            stage.Add(Shape.Box, new Vector3(0.25f, 0.06f, 1.4f), at, 0, new Vector3(2f), lamp);
            stage.Last(t => t with { Matter = Matter.Glow });
        }
    }

    private static void Dado(Stage stage, Draws draws, float half, float backWall)
    {
        if (!draws.Happens(0.4f))
        {
            return;
        }

        var plain = stage.Surface(draws, Motif.Plain, Motif.Hazard, Motif.Shelves);
        var width = draws.Between(0.4f, half);
        var size = new Vector3(width, draws.Between(0.4f, 2.4f), 0.06f);
        stage.Add(Shape.Box, size, new Vector3(draws.Between(-half / 2, half / 2), (size.Y / 2) + draws.Between(0, 1.2f), backWall + 0.08f), 0, Stage.Colour(draws, draws.Between(0, 0.7f), 0.1f), plain);
        stage.Last(t => t with { Matter = Matter.Room });
    }
}
