using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;

namespace Fleet.Twin.World;

/// <summary>Single cartons, closed or open.</summary>
internal static class Loose
{
    public static Carton Place(Stage stage, Draws draws, CartonStyle style, Vector3 foot, float yaw, Matrix4x4 place)
    {
        var open = draws.Happens(stage.Scene.Cartons.Open);
        var carton = stage.AddCarton(style, foot, yaw, CartonLook.Of(draws, draws.Between(0.1f, 0.6f), turned: false), place);
        if (open && style.Own?.Asset is null)
        {
            Open(stage, draws, style, carton);
        }

        return carton;
    }

    /// <summary>Four flaps with the carton's id, and the dark of its inside.</summary>
    private static void Open(Stage stage, Draws draws, CartonStyle style, Carton carton)
    {
        var body = stage.Things[^1];
        var unscaled = Matrix4x4.CreateScale(Vector3.One / carton.Size) * carton.Model;
        var size = carton.Size;
        var board = new Skin(Motif.Plain, style.Seed);
        var tint = Stage.Linear(style.Board);
        var inside = Matrix4x4.CreateScale(size.X * 0.94f, 0.004f, size.Z * 0.94f) * Matrix4x4.CreateTranslation(0, (size.Y / 2) + 0.003f, 0) * unscaled;
        var content = draws.Happens(0.4f) ? stage.Surface(draws, Motif.Junk) : board;
        stage.Add(new Thing(Shape.Box, inside, (content == board ? tint : Vector3.One) * 0.12f, content, content, content) { Id = carton.Id, Edge = 0.9f });
        for (var i = 0; i < 4; i++)
        {
            var alongX = i < 2;
            var sign = i % 2 == 0 ? 1f : -1f;
            var length = Math.Min(size.X, size.Z) * 0.5f * draws.Between(0.75f, 1f);
            var tilt = draws.Between(-0.5f, 2f);
            var flap = Matrix4x4.CreateTranslation(0, 0.5f, 0)
                * Matrix4x4.CreateScale(alongX ? 0.008f : size.X, length, alongX ? size.Z : 0.008f)
                * (alongX ? Matrix4x4.CreateRotationZ(-sign * tilt) : Matrix4x4.CreateRotationX(sign * tilt))
                * Matrix4x4.CreateTranslation(alongX ? sign * size.X / 2 : 0, size.Y / 2, alongX ? 0 : sign * size.Z / 2)
                * unscaled;
            stage.Add(new Thing(Shape.Box, flap, tint * body.Tint * draws.Between(0.8f, 1.1f), board, board, board) { Id = carton.Id, Edge = 0.3f });
        }
    }
}
