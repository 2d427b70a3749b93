using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.World;

/// <summary>How a layout wants to be photographed.</summary>
/// <param name="Yaw">Radians around the upright; 0 looks at the fronts.</param>
/// <param name="Pitch">Radians downwards.</param>
/// <param name="Smaller">Factor on the wanted size of cartons.</param>
/// <param name="Backdrop">Nothing around it but a plain background.</param>
internal sealed record Shot(float Yaw, float Pitch, float Smaller = 1, bool Backdrop = false);

/// <summary>The kinds of places a scene is made of.</summary>
internal static class Layouts
{
    public static Shot Build(Stage stage, float kind)
    {
        var weights = stage.Scene.Layouts;
        (float Weight, Func<Stage, Shot> Make)[] kinds =
        [
            (weights.Pallets, Pallets), (weights.Racks, Racks), (weights.Floor, Floor), (weights.Cctv, Cctv),
            (weights.Studio, Studio), (weights.Empty, Empty), (weights.Conveyors, Packing.Conveyors), (weights.Stations, Packing.Stations),
            (weights.Fronts, Fronts.Build),
        ];
        var at = kind * kinds.Sum(k => k.Weight);
        foreach (var (weight, make) in kinds)
        {
            at -= weight;
            if (at < 0)
            {
                return make(stage);
            }
        }

        return kinds.Last(k => k.Weight > 0).Make(stage);
    }

    private static Shot Pallets(Stage stage)
    {
        var draws = stage.Knob("pallets");
        var count = draws.Whole(1, 5);
        var width = draws.Between(0.85f, 1.3f);
        var gap = draws.Between(0.04f, 0.5f);
        var common = stage.Products.Pick(draws);
        var onPallets = draws.Happens(0.75f);
        var rows = draws.Happens(0.3f) ? 2 : 1;
        for (var i = 0; i < count * rows; i++)
        {
            var own = stage.Knob("pallets/stack", i);
            var place = Matrix4x4.CreateRotationY(own.Happens(0.75f) ? own.Normal() * 0.02f : own.Normal() * 0.18f)
                * Matrix4x4.CreateTranslation(((i % count) - ((count - 1) / 2f)) * (width + gap), 0, -(i / count) * draws.Between(1.2f, 2f));
            var style = own.Happens(0.65f) ? common : stage.Products.Pick(own);
            if (onPallets)
            {
                Furniture.Pallet(stage, own, place, width, width * 0.9f);
                place = Matrix4x4.CreateTranslation(0, Furniture.PalletHeight, 0) * place;
            }

            Stacks.Build(stage, own, place, new StackRoom(width * 1.04f, width * own.Between(0.5f, 1f), own.Between(0.5f, 2f)), style, mixed: own.Happens(0.28f));
        }

        Clutter.Scatter(stage, "clutter", 3.5f, keepClear: 1.6f);
        Room.Build(stage, -draws.Between(1.2f, 7f), hall: draws.Happens(0.4f));
        return new Shot(draws.Normal() * (draws.Happens(0.65f) ? 0.14f : 0.6f), draws.Between(-0.08f, 0.4f));
    }

    private static Shot Racks(Stage stage)
    {
        var draws = stage.Knob("racks");
        var rack = RackSize.Draw(stage, draws);
        var common = stage.Products.Pick(draws);
        Furniture.Uprights(stage, draws, rack);
        for (var i = 0; i < rack.Bays * rack.Levels; i++)
        {
            Bay(stage, stage.Knob("racks/bay", i), rack, ((i % rack.Bays) - ((rack.Bays - 1) / 2f)) * rack.BayWidth, i / rack.Bays, common);
        }

        if (draws.Happens(0.4f))
        {
            Clutter.Scatter(stage, "clutter", 3.5f, keepClear: 1.7f);
        }

        Room.Build(stage, -(rack.Depth / 2) - draws.Between(0.15f, 4f), hall: true);
        return new Shot(draws.Normal() * (draws.Happens(0.65f) ? 0.15f : 0.5f), draws.Between(-0.25f, 0.35f));
    }

    private static void Bay(Stage stage, Draws own, RackSize rack, float x, int level, CartonStyle common)
    {
        var y = level * rack.LevelHeight;
        if (level > 0)
        {
            Furniture.Level(stage, own, rack, x, y);
        }

        if (own.Happens(0.1f))
        {
            return;
        }

        var slots = own.Whole(1, 4);
        var width = rack.BayWidth * 0.92f / slots;
        var pallets = own.Happens(0.65f);
        for (var k = 0; k < slots; k++)
        {
            if (own.Happens(0.1f))
            {
                continue;
            }

            var place = Matrix4x4.CreateRotationY(own.Normal() * (own.Happens(0.7f) ? 0.015f : 0.08f))
                * Matrix4x4.CreateTranslation(x + ((k - ((slots - 1) / 2f)) * width), y, own.Normal() * 0.05f);
            var height = (rack.LevelHeight - 0.3f) * own.Between(0.45f, 1f);
            if (pallets)
            {
                Furniture.Pallet(stage, own, place, width * 0.92f, rack.Depth);
                place = Matrix4x4.CreateTranslation(0, Furniture.PalletHeight, 0) * place;
                height -= Furniture.PalletHeight;
            }

            Stacks.Build(
                stage, own, place, new StackRoom(width * 0.92f, rack.Depth * own.Between(0.6f, 1f), Math.Max(0.3f, height)),
                own.Happens(0.5f) ? common : stage.Products.Pick(own), mixed: own.Happens(0.22f));
        }
    }

    private static Shot Floor(Stage stage)
    {
        var draws = stage.Knob("floor");
        var common = stage.Products.Pick(draws);
        for (var i = draws.Whole(1, 8); i > 0; i--)
        {
            var own = stage.Knob("floor/carton", i);
            var style = own.Happens(0.4f) ? common : stage.Products.Pick(own);
            var foot = new Vector3(own.Normal() * 0.75f, 0, own.Normal() * 0.55f);
            if (stage.Cartons.Any(c => Vector3.Distance(c.Centre with { Y = 0 }, foot) < (c.Size.X + style.Size.X) * 0.55f))
            {
                continue;
            }

            var yaw = own.Between(0, MathF.Tau);
            var below = Loose.Place(stage, own, style, foot, yaw, Matrix4x4.Identity);
            if (own.Happens(0.35f))
            {
                var smaller = stage.Products.Pick(own);
                Loose.Place(stage, own, smaller, foot + new Vector3(0, below.Size.Y, 0), yaw + (own.Normal() * 0.3f), Matrix4x4.Identity);
            }
        }

        Clutter.Scatter(stage, "clutter", 3f, keepClear: 1f);
        Room.Build(stage, -draws.Between(1.5f, 6f), hall: draws.Happens(0.3f));
        return new Shot(draws.Between(-1.2f, 1.2f), draws.Between(0.05f, 0.85f));
    }

    private static Shot Cctv(Stage stage)
    {
        var draws = stage.Knob("cctv");
        for (var i = draws.Whole(2, 8); i > 0; i--)
        {
            var own = stage.Knob("cctv/stack", i);
            var place = Matrix4x4.CreateRotationY(own.Happens(0.6f) ? own.Whole(0, 4) * MathF.PI / 2 : own.Between(0, MathF.Tau))
                * Matrix4x4.CreateTranslation(own.Between(-3.2f, 3.2f), 0, own.Between(-3.2f, 3.2f));
            Furniture.Pallet(stage, own, place, 1.2f, 0.9f);
            var raised = Matrix4x4.CreateTranslation(0, Furniture.PalletHeight, 0) * place;
            Stacks.Build(stage, own, raised, new StackRoom(1.2f, 0.9f, own.Between(0.3f, 1.6f)), stage.Products.Pick(own), mixed: own.Happens(0.2f));
        }

        Clutter.Scatter(stage, "clutter", 4, keepClear: 0);
        Clutter.Scatter(stage, "clutter-too", 4, keepClear: 0);
        Room.Build(stage, -draws.Between(5, 9), hall: true);
        return new Shot(draws.Between(-1, 1), draws.Between(0.3f, 1f), Smaller: 0.55f);
    }

    private static Shot Studio(Stage stage)
    {
        var draws = stage.Knob("studio");
        var style = stage.Products.Pick(draws);
        var mode = draws.Unit();
        if (mode < 0.3f)
        {
            for (var i = draws.Whole(1, 6); i > 0; i--)
            {
                var own = stage.Knob("studio/carton", i);
                Loose.Place(stage, own, own.Happens(0.6f) ? style : stage.Products.Pick(own), new Vector3((i - 2) * 0.55f, 0, i * 0.2f), 0.4f + (own.Normal() * 0.3f), Matrix4x4.Identity);
            }

            return new Shot(draws.Between(-0.5f, 0.8f), draws.Between(0.12f, 0.6f), Backdrop: true);
        }

        var room = new StackRoom(draws.Between(0.6f, 1.7f), draws.Between(0.3f, 0.9f), draws.Between(0.4f, 1.7f));
        Stacks.Build(stage, draws, Matrix4x4.CreateRotationY(draws.Normal() * 0.06f), room, style, mixed: draws.Happens(0.2f));
        return new Shot(draws.Normal() * 0.16f, mode < 0.75f ? draws.Between(-0.12f, 0.35f) : draws.Between(0.85f, 1.5f), Backdrop: true);
    }

    private static Shot Empty(Stage stage)
    {
        var draws = stage.Knob("empty");
        for (var i = draws.Whole(3, 12); i > 0; i--)
        {
            var own = stage.Knob("empty/thing", i);
            Clutter.Put(stage, own, new Vector3(own.Between(-2.6f, 2.6f), 0, own.Between(-2.6f, 2.2f)), own.Happens(stage.Scene.Clutter.Lookalikes + 0.2f));
        }

        if (draws.Happens(0.4f))
        {
            var rack = RackSize.Draw(stage, draws);
            Furniture.Uprights(stage, draws, rack);
        }

        Room.Build(stage, -draws.Between(1.5f, 7f), hall: draws.Happens(0.5f));
        return new Shot(draws.Between(-1, 1), draws.Between(0, 0.7f));
    }
}
