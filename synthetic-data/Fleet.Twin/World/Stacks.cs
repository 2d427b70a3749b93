using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;

namespace Fleet.Twin.World;

/// <summary>Room for a stack: width along x, depth along z, greatest height.</summary>
internal readonly record struct StackRoom(float Width, float Depth, float Height);

/// <summary>Cartons in a grid, mostly one row deep, as they stand on pallets and shelves.</summary>
internal static class Stacks
{
    public static void Build(Stage stage, Draws draws, Matrix4x4 place, StackRoom room, CartonStyle style, bool mixed)
    {
        var turned = draws.Happens(0.3f) && style.Size.Z <= room.Width && style.Size.X <= room.Depth;
        var cell = Fit(turned ? new Vector3(style.Size.Z, style.Size.Y, style.Size.X) : style.Size, room, out var scale);
        var grid = new StackGrid(
            Columns: Math.Clamp((int)((room.Width / cell.X) + 0.01f), 1, 9),
            Rows: draws.Happens(0.68f) ? 1 : Math.Clamp((int)(room.Depth / cell.Z), 1, 2),
            Layers: Layers(draws, room, cell));
        var look = new StackLook(
            Gap: draws.Happens(0.65f) ? draws.Between(0, 0.012f) : draws.Between(0.01f, 0.05f),
            Yaw: draws.Happens(0.65f) ? draws.Between(0, 0.015f) : draws.Between(0.01f, 0.09f),
            Shift: draws.Between(0, 0.035f),
            Edge: draws.Between(0.05f, 0.85f),
            Missing: draws.Happens(0.5f) ? 0 : draws.Between(0, 0.4f),
            Turned: turned,
            Alternate: draws.Happens(0.25f));
        var top = 0f;
        for (var row = 0; row < grid.Rows; row++)
        {
            for (var column = 0; column < grid.Columns; column++)
            {
                var foot = new Vector3((column - ((grid.Columns - 1) / 2f)) * cell.X, 0, (row - ((grid.Rows - 1) / 2f)) * cell.Z);
                var layers = draws.Happens(look.Missing) ? draws.Whole(0, grid.Layers + 1) : grid.Layers;
                top = Math.Max(top, Column(stage, draws, place, foot, layers, room, (mixed ? null : style, cell, scale, look)));
            }
        }

        Dress(stage, draws, place, new Vector3(grid.Columns * cell.X, top, grid.Rows * cell.Z));
    }

    private static int Layers(Draws draws, StackRoom room, Vector3 cell)
    {
        var most = Math.Clamp((int)(room.Height / cell.Y), 1, 8);
        return draws.Happens(0.45f) ? draws.Whole(1, most + 1) : most;
    }

    private static Vector3 Fit(Vector3 size, StackRoom room, out float scale)
    {
        scale = Math.Min(1, Math.Min(room.Width / size.X, Math.Min(room.Depth / size.Z, room.Height / size.Y)));
        return size * scale;
    }

    private static float Column(
        Stage stage, Draws draws, Matrix4x4 place, Vector3 foot, int layers, StackRoom room, (CartonStyle? Style, Vector3 Cell, float Scale, StackLook Look) of)
    {
        var (same, cell, scale, look) = of;
        var y = 0f;
        for (var layer = 0; layer < layers; layer++)
        {
            var style = same ?? stage.Products.Pick(draws);
            var size = same is null ? Vector3.Min(style.Size, cell) : cell;
            if (y + size.Y > room.Height * 1.05f)
            {
                break;
            }

            var carton = CartonLook.Of(draws, look.Edge, look.Turned && same is not null) with
            {
                Scale = (same is null ? size / style.Size : new Vector3(scale)) * new Vector3(1 - look.Gap, 1, 1 - look.Gap),
                UpsideDown = look.Alternate && layer % 2 == 1,
            };
            var shift = new Vector3(draws.Normal() * look.Shift * 0.25f, y, draws.Normal() * look.Shift * 0.6f);
            stage.AddCarton(style, foot + shift, draws.Normal() * look.Yaw, carton, place);
            y += size.Y * 1.003f;
        }

        return y;
    }

    private static void Dress(Stage stage, Draws draws, Matrix4x4 place, Vector3 size)
    {
        if (size.Y <= 0)
        {
            return;
        }

        if (draws.Happens(stage.Scene.Cartons.Strapped))
        {
            Furniture.Straps(stage, draws, place, size + new Vector3(0.03f, 0, 0.05f));
        }

        if (draws.Happens(stage.Scene.Cartons.Wrapped))
        {
            Furniture.Film(stage, draws, place, size + new Vector3(0.03f, 0.01f, 0.06f));
        }
    }

    private readonly record struct StackGrid(int Columns, int Rows, int Layers);

    private readonly record struct StackLook(float Gap, float Yaw, float Shift, float Edge, float Missing, bool Turned, bool Alternate);
}
