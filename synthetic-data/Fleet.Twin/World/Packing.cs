using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.World;

/// <summary>Where goods are moved and packed: conveyors, and stations with a bench.</summary>
internal static class Packing
{
    private const float RollerPitch = 0.085f;
    private const float StationGap = 0.5f;

    public static Shot Conveyors(Stage stage)
    {
        var draws = stage.Knob("conveyors");
        var knobs = stage.Scene.Conveyor;
        var lines = Whole(draws, knobs.Lines);
        var common = stage.Products.Pick(draws);
        for (var i = 0; i < lines; i++)
        {
            var own = stage.Knob("conveyors/line", i);
            var size = new Vector3(own.Between(knobs.Length), own.Between(knobs.Height), own.Between(knobs.Width));
            var place = Matrix4x4.CreateRotationY(own.Normal() * 0.02f) * Matrix4x4.CreateTranslation(own.Normal() * 0.4f, 0, -i * draws.Between(1.3f, 2f));
            Line(stage, own, place, size);
            Goods(stage, own, place, size, common);
        }

        Clutter.Scatter(stage, "clutter", 3.5f, keepClear: 1.4f);
        Room.Build(stage, -draws.Between(2.8f, 7f), hall: true);
        return new Shot(draws.Normal() * (draws.Happens(0.6f) ? 0.25f : 0.8f), draws.Between(0.1f, 0.9f));
    }

    public static Shot Stations(Stage stage)
    {
        var draws = stage.Knob("stations");
        var knobs = stage.Scene.Station;
        var count = Whole(draws, knobs.Stations);
        var size = new Vector3(draws.Between(knobs.Width), draws.Between(knobs.Height), draws.Between(knobs.Depth));
        var common = stage.Products.Pick(draws);
        for (var i = 0; i < count; i++)
        {
            var own = stage.Knob("stations/bench", i);
            var place = Matrix4x4.CreateRotationY(own.Normal() * 0.015f) * Matrix4x4.CreateTranslation((i - ((count - 1) / 2f)) * (size.X + StationGap), 0, 0);
            Bench(stage, own, place, size);
            Above(stage, own, place, size);
            Packed(stage, own, place, size, common);
            if (own.Happens(knobs.Worker))
            {
                // in front of the bench at its end, facing it, so that not all goods are hidden
                Clutter.Person(stage, own, Matrix4x4.CreateRotationY(MathF.PI) * Matrix4x4.CreateTranslation(own.Between(-0.5f, 0.5f) * size.X, 0, (size.Z / 2) + 0.3f) * place);
            }
        }

        Clutter.Scatter(stage, "clutter", 3.5f, keepClear: 1.6f);
        Room.Build(stage, -draws.Between(0.7f, 3f), hall: draws.Happens(0.6f));
        return new Shot(draws.Normal() * (draws.Happens(0.65f) ? 0.3f : 0.7f), draws.Between(0.1f, 0.8f));
    }

    private static int Whole(Draws draws, Interval span) => draws.Whole((int)span.Low, (int)span.High + 1);

    /// <param name="size">Length, height of what carries, width.</param>
    private static void Line(Stage stage, Draws draws, Matrix4x4 place, Vector3 size)
    {
        var metal = stage.Surface(draws, Motif.Metal);
        var frame = draws.Happens(0.5f) ? new Vector3(draws.Between(0.3f, 0.8f)) : Stage.Colour(draws, draws.Between(0.3f, 0.9f), 0.2f);
        foreach (var side in new[] { -1, 1 })
        {
            stage.Add(Shape.Box, new Vector3(size.X, 0.12f, 0.035f), new Vector3(0, size.Y - 0.045f, side * ((size.Z / 2) + 0.03f)), 0, frame, metal, place);
            stage.Last(t => t with { Repeat = new Vector2(-1, -1), Shine = 0.15f });
        }

        for (var x = -(size.X / 2) + 0.15f; x <= size.X / 2; x += 1.5f)
        {
            foreach (var side in new[] { -1, 1 })
            {
                stage.Add(Shape.Box, new Vector3(0.06f, size.Y - 0.1f, 0.06f), new Vector3(x, (size.Y - 0.1f) / 2, side * ((size.Z / 2) - 0.02f)), 0, frame * 0.8f, metal, place);
            }

            stage.Add(Shape.Box, new Vector3(0.04f, 0.04f, size.Z), new Vector3(x, size.Y * 0.35f, 0), 0, frame * 0.8f, metal, place);
        }

        if (draws.Happens(stage.Scene.Conveyor.Belt))
        {
            stage.Add(Shape.Box, new Vector3(size.X, 0.05f, size.Z), new Vector3(0, size.Y - 0.025f, 0), 0, new Vector3(draws.Between(0.02f, 0.15f)), stage.Surface(draws, Motif.Cloth, Motif.Plain), place);
            stage.Last(t => t with { Repeat = new Vector2(-1, -1) });
            return;
        }

        var steel = new Vector3(draws.Between(0.45f, 0.85f));
        for (var x = -(size.X / 2) + 0.05f; x < size.X / 2; x += RollerPitch)
        {
            // a cylinder stands upright until it is laid across
            var lying = Matrix4x4.CreateScale(0.05f, size.Z, 0.05f) * Matrix4x4.CreateRotationX(MathF.PI / 2) * Matrix4x4.CreateTranslation(x, size.Y - 0.026f, 0);
            stage.Add(new Thing(Shape.Cylinder, lying * place, steel, metal, metal, metal) { Shine = 0.3f });
        }
    }

    private static void Goods(Stage stage, Draws draws, Matrix4x4 place, Vector3 size, CartonStyle common)
    {
        var at = (-size.X / 2) + draws.Between(0, 0.4f);
        for (var i = 0; i < 40; i++)
        {
            var style = draws.Happens(0.45f) ? common : stage.Products.Pick(draws);
            // what is too wide or too high for a line travels on another one
            var scale = Math.Min(1, Math.Min(size.Z * 0.92f / Math.Max(style.Size.X, style.Size.Z), 0.75f / style.Size.Y));
            var room = Math.Max(style.Size.X, style.Size.Z) * scale;
            if (at + room > size.X / 2)
            {
                return;
            }

            var look = CartonLook.Of(draws, draws.Between(0.2f, 0.6f), turned: draws.Happens(0.3f)) with { Scale = new Vector3(scale) };
            var yaw = draws.Happens(0.75f) ? draws.Normal() * 0.05f : draws.Normal() * 0.3f;
            stage.AddCarton(style, new Vector3(at + (room / 2), size.Y, draws.Normal() * 0.02f), yaw, look, place);
            at += room + draws.Between(stage.Scene.Conveyor.Spacing);
        }
    }

    private static void Bench(Stage stage, Draws draws, Matrix4x4 place, Vector3 size)
    {
        var top = stage.Surface(draws, Motif.Planks, Motif.Plain, Motif.Metal);
        var tint = top.Motif == Motif.Plain ? Stage.Colour(draws, draws.Between(0, 0.3f), 0.3f) : new Vector3(draws.Between(0.5f, 1f));
        var metal = stage.Surface(draws, Motif.Metal);
        var frame = draws.Happens(0.6f) ? new Vector3(draws.Between(0.1f, 0.7f)) : Stage.Colour(draws, draws.Between(0.3f, 0.9f), 0.2f);
        stage.Add(Shape.Box, new Vector3(size.X, 0.04f, size.Z), new Vector3(0, size.Y - 0.02f, 0), 0, tint, top, place);
        stage.Last(t => t with { Edge = 0.2f });
        stage.Add(Shape.Box, new Vector3(size.X - 0.1f, 0.03f, size.Z - 0.15f), new Vector3(0, size.Y * 0.25f, 0), 0, frame, metal, place);
        foreach (var (x, z) in new[] { (-1, -1), (1, -1), (-1, 1), (1, 1) })
        {
            stage.Add(Shape.Box, new Vector3(0.06f, size.Y - 0.04f, 0.06f), new Vector3(x * ((size.X / 2) - 0.05f), (size.Y - 0.04f) / 2, z * ((size.Z / 2) - 0.05f)), 0, frame, metal, place);
        }
    }

    /// <summary>Posts with a board, a screen, rolls of paper and film.</summary>
    private static void Above(Stage stage, Draws draws, Matrix4x4 place, Vector3 size)
    {
        var metal = stage.Surface(draws, Motif.Metal, Motif.Plain);
        var frame = new Vector3(draws.Between(0.15f, 0.7f));
        var rise = draws.Between(0.55f, 0.85f);
        var back = -(size.Z / 2) + 0.04f;
        if (draws.Happens(stage.Scene.Station.Shelf))
        {
            foreach (var side in new[] { -1, 1 })
            {
                stage.Add(Shape.Box, new Vector3(0.05f, rise + 0.1f, 0.05f), new Vector3(side * ((size.X / 2) - 0.05f), size.Y + ((rise + 0.1f) / 2), back), 0, frame, metal, place);
            }

            stage.Add(Shape.Box, new Vector3(size.X, 0.03f, 0.32f), new Vector3(0, size.Y + rise, back + 0.12f), 0, frame, metal, place);
            var board = stage.Surface(draws, Motif.Plain);
            for (var i = draws.Whole(0, 4); i > 0; i--)
            {
                var roll = draws.Between(0.08f, 0.2f);
                stage.Add(Shape.Cylinder, new Vector3(roll, draws.Between(0.1f, 0.3f), roll), new Vector3(draws.Between(-0.45f, 0.45f) * size.X, size.Y + rise + 0.12f, back + 0.14f), 0, new Vector3(0.7f, 0.6f, 0.45f) * draws.Between(0.4f, 1.3f), board, place);
            }
        }

        if (draws.Happens(stage.Scene.Station.Screen))
        {
            var at = new Vector3(draws.Between(-0.35f, 0.35f) * size.X, size.Y, back + 0.06f);
            stage.Add(Shape.Box, new Vector3(0.04f, 0.25f, 0.04f), at + new Vector3(0, 0.12f, 0), 0, new Vector3(0.04f), metal, place);
            stage.Add(Shape.Box, new Vector3(0.46f, 0.28f, 0.03f), at + new Vector3(0, 0.36f, 0.02f), draws.Normal() * 0.2f, new Vector3(0.03f), metal, place);
            stage.Last(t => t with { Shine = 0.4f });
            stage.Add(Shape.Box, new Vector3(0.36f, 0.02f, 0.13f), at + new Vector3(0, 0.01f, 0.25f), draws.Normal() * 0.1f, new Vector3(draws.Between(0.02f, 0.5f)), metal, place);
        }
    }

    private static void Packed(Stage stage, Draws draws, Matrix4x4 place, Vector3 size, CartonStyle common)
    {
        var goods = Whole(draws, stage.Scene.Station.Goods);
        var cell = size.X / Math.Max(1, goods);
        for (var i = 0; i < goods; i++)
        {
            var style = draws.Happens(0.4f) ? common : stage.Products.Pick(draws);
            var most = Math.Max(style.Size.X, style.Size.Z);
            if (most > Math.Min(cell * 1.1f, size.Z) || style.Size.Y > 0.6f)
            {
                style = style with { Size = style.Size * Math.Min(Math.Min(cell * 1.1f, size.Z) / most, 0.6f / style.Size.Y) * 0.95f };
            }

            var foot = new Vector3(((i + 0.5f) * cell) - (size.X / 2), size.Y, draws.Between(-0.1f, 0.1f) * size.Z);
            var below = Loose.Place(stage, draws, style, foot, draws.Normal() * 0.12f, place);
            if (draws.Happens(0.25f))
            {
                var shrunk = style with { Size = style.Size * 0.85f };
                stage.AddCarton(shrunk, foot + new Vector3(0, below.Size.Y, 0), draws.Normal() * 0.15f, CartonLook.Of(draws, 0.4f, turned: false), place);
            }
        }

        // what is packed next waits under the bench or beside it
        if (draws.Happens(0.5f))
        {
            Loose.Place(stage, draws, stage.Products.Pick(draws), new Vector3((size.X / 2) + 0.25f, 0, 0.1f), draws.Normal() * 0.3f, place);
        }
    }
}
