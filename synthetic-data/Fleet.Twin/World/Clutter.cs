using System.Numerics;
using Fleet.Twin.Own;
using Fleet.Twin.Gl;
using Fleet.Twin.Painting;

namespace Fleet.Twin.World;

/// <summary>Things that are not cartons; some resemble them on purpose.</summary>
internal static class Clutter
{
    public static void Scatter(Stage stage, string knob, float radius, float keepClear)
    {
        var number = stage.Knob(knob);
        var count = (int)MathF.Round(number.Between(stage.Scene.Clutter.Count));
        for (var i = 0; i < count; i++)
        {
            var draws = stage.Knob(knob + "/thing", i);
            var at = new Vector3(draws.Between(-radius, radius), 0, draws.Between(-radius, radius));
            if (MathF.Abs(at.X) < keepClear && MathF.Abs(at.Z) < keepClear)
            {
                at.X += MathF.CopySign(keepClear, at.X);
            }

            Put(stage, draws, at, draws.Happens(stage.Scene.Clutter.Lookalikes));
        }
    }

    public static void Put(Stage stage, Draws draws, Vector3 at, bool lookalike)
    {
        var place = Matrix4x4.CreateRotationY(draws.Happens(0.5f) ? draws.Normal() * 0.15f : draws.Between(0, MathF.Tau)) * Matrix4x4.CreateTranslation(at);
        var own = stage.Scene.Clutter.Own;
        if (own.Count > 0 && draws.Happens(stage.Scene.Clutter.OwnShare))
        {
            Own(stage, draws, place, own);
            return;
        }

        Action<Stage, Draws, Matrix4x4> make = lookalike
            ? draws.Pick<Action<Stage, Draws, Matrix4x4>>(Table, Chair, Cabinet, Bags, Crate, EmptyPallets, Totes, Tubes)
            : draws.Pick<Action<Stage, Draws, Matrix4x4>>(Person, Person, Drum, Machine, Pole, Truck, Bollard, Bin);
        make(stage, draws, place);
    }

    private static void Own(Stage stage, Draws draws, Matrix4x4 place, IReadOnlyList<OwnClutter> own)
    {
        var at = draws.Unit() * own.Sum(c => c.Weight);
        var chosen = own.FirstOrDefault(c => (at -= c.Weight) < 0) ?? own[^1];
        var size = chosen.Asset.SizeM * (draws.Between(chosen.Height) / chosen.Asset.SizeM.Y);
        stage.AddParts(chosen.Asset, Matrix4x4.CreateScale(size) * Matrix4x4.CreateTranslation(0, size.Y / 2, 0) * place, draws.Between(0.85f, 1.05f));
    }

    private static void Table(Stage stage, Draws draws, Matrix4x4 place)
    {
        float w = draws.Between(0.7f, 1.7f), d = draws.Between(0.5f, 0.9f), h = draws.Between(0.45f, 0.95f);
        var wood = stage.Surface(draws, Motif.Planks, Motif.Plain, Motif.Cloth);
        var tint = wood.Motif == Motif.Plain ? Stage.Colour(draws, draws.Between(0, 0.4f), 0.2f) : new Vector3(draws.Between(0.4f, 1f));
        stage.Add(Shape.Box, new Vector3(w, wood.Motif == Motif.Cloth ? draws.Between(0.1f, 0.5f) : 0.05f, d), new Vector3(0, h, 0), 0, tint, wood, place);
        foreach (var (x, z) in new[] { (-1, -1), (1, -1), (-1, 1), (1, 1) })
        {
            stage.Add(Shape.Box, new Vector3(0.06f, h, 0.06f), new Vector3(x * ((w / 2) - 0.05f), h / 2, z * ((d / 2) - 0.05f)), 0, tint * 0.7f, wood, place);
        }
    }

    private static void Chair(Stage stage, Draws draws, Matrix4x4 place)
    {
        var wood = stage.Surface(draws, Motif.Planks, Motif.Plain);
        var tint = wood.Motif == Motif.Plain ? Stage.Colour(draws, draws.Between(0, 0.6f), 0.05f, 0.6f) : new Vector3(draws.Between(0.3f, 1f));
        stage.Add(Shape.Box, new Vector3(0.44f, 0.05f, 0.44f), new Vector3(0, 0.45f, 0), 0, tint, wood, place);
        stage.Add(Shape.Box, new Vector3(0.44f, 0.42f, 0.04f), new Vector3(0, 0.75f, -0.2f), 0, tint, wood, place);
        foreach (var (x, z) in new[] { (-1, -1), (1, -1), (-1, 1), (1, 1) })
        {
            stage.Add(Shape.Box, new Vector3(0.045f, 0.45f, 0.045f), new Vector3(x * 0.19f, 0.22f, z * 0.19f), 0, tint * 0.8f, wood, place);
        }
    }

    private static void Cabinet(Stage stage, Draws draws, Matrix4x4 place)
    {
        float w = draws.Between(0.5f, 1.6f), h = draws.Between(0.6f, 2.1f), d = draws.Between(0.3f, 0.6f);
        var door = stage.Surface(draws, Motif.Panels, Motif.Shelves, Motif.Ribs);
        stage.Add(Shape.Box, new Vector3(w, h, d), new Vector3(0, (h / 2) + 0.08f, 0), 0, new Vector3(draws.Between(0.4f, 1.1f)), door, place);
        var knob = stage.Surface(draws, Motif.Plain);
        foreach (var x in new[] { -0.06f, 0.06f })
        {
            stage.Add(Shape.Box, new Vector3(0.02f, 0.12f, 0.03f), new Vector3(x, h * 0.55f, (d / 2) + 0.01f), 0, new Vector3(0.1f), knob, place);
        }
    }

    private static void Bags(Stage stage, Draws draws, Matrix4x4 place)
    {
        var cloth = stage.Surface(draws, Motif.Cloth, Motif.Plain);
        var tint = draws.Happens(0.5f) ? new Vector3(draws.Between(0.5f, 0.95f)) : new Vector3(0.62f, 0.45f, 0.26f) * draws.Between(0.4f, 1.1f);
        for (var i = draws.Whole(1, 6); i > 0; i--)
        {
            var size = new Vector3(draws.Between(0.4f, 0.75f), draws.Between(0.18f, 0.42f), draws.Between(0.3f, 0.5f));
            stage.Add(Shape.Ball, size * new Vector3(1.1f, 1.2f, 1.1f), new Vector3(draws.Normal() * 0.15f, (size.Y * 0.45f) + (i * 0.14f), draws.Normal() * 0.1f), draws.Normal() * 0.2f, tint, cloth, place);
        }
    }

    private static void Crate(Stage stage, Draws draws, Matrix4x4 place)
    {
        float w = draws.Between(0.5f, 1.1f), h = draws.Between(0.35f, 0.9f), d = draws.Between(0.4f, 0.8f);
        var wood = stage.Surface(draws, Motif.Planks);
        var tint = new Vector3(1, 0.9f, 0.75f) * draws.Between(0.4f, 1f);
        stage.Add(Shape.Box, new Vector3(w, h, d), new Vector3(0, h / 2, 0), 0, tint * 0.7f, wood, place);
        foreach (var x in new[] { -1, 0, 1 })
        {
            stage.Add(Shape.Box, new Vector3(0.09f, h, d + 0.05f), new Vector3(x * ((w / 2) - 0.045f), h / 2, 0), 0, tint, wood, place);
        }
    }

    private static void EmptyPallets(Stage stage, Draws draws, Matrix4x4 place)
    {
        for (var i = draws.Whole(0, 6); i >= 0; i--)
        {
            Furniture.Pallet(stage, draws, Matrix4x4.CreateTranslation(draws.Normal() * 0.02f, i * Furniture.PalletHeight, 0) * place, 1.2f, 0.8f);
        }
    }

    private static void Totes(Stage stage, Draws draws, Matrix4x4 place)
    {
        var plain = stage.Surface(draws, Motif.Plain, Motif.Mesh);
        var tint = Stage.Colour(draws, draws.Between(0.3f, 1f), 0.2f);
        var rows = draws.Whole(1, 5);
        for (var i = 0; i < rows; i++)
        {
            stage.Add(Shape.Box, new Vector3(0.58f, 0.3f, 0.4f), new Vector3(0, (i * 0.33f) + 0.16f, 0), draws.Normal() * 0.02f, tint, plain, place);
            stage.Add(Shape.Box, new Vector3(0.62f, 0.04f, 0.44f), new Vector3(0, (i * 0.33f) + 0.3f, 0), 0, tint * 0.8f, plain, place);
        }
    }

    private static void Tubes(Stage stage, Draws draws, Matrix4x4 place)
    {
        var board = stage.Surface(draws, Motif.Plain);
        for (var i = draws.Whole(1, 6); i > 0; i--)
        {
            var radius = draws.Between(0.08f, 0.5f);
            var height = draws.Between(0.3f, 1.6f);
            stage.Add(Shape.Cylinder, new Vector3(radius, height, radius), new Vector3(draws.Normal() * 0.35f, height / 2, draws.Normal() * 0.25f), 0, new Vector3(0.6f, 0.42f, 0.24f) * draws.Between(0.4f, 1.1f), board, place);
        }
    }

    public static void Person(Stage stage, Draws draws, Matrix4x4 place)
    {
        var cloth = stage.Surface(draws, Motif.Cloth, Motif.Plain);
        var vest = draws.Happens(0.5f) ? new Vector3(0.9f, draws.Between(0.3f, 0.95f), 0.05f) : Stage.Colour(draws, draws.Between(0, 0.8f), 0.1f, 0.8f);
        var legs = Stage.Colour(draws, draws.Between(0, 0.5f), 0.04f, 0.4f);
        var skin = new Vector3(0.72f, 0.42f, 0.3f) * draws.Between(0.25f, 1f);
        stage.Add(Shape.Ball, new Vector3(0.46f, 0.8f, 0.3f), new Vector3(0, 1.16f, 0), 0, vest, cloth, place);
        stage.Add(Shape.Cylinder, new Vector3(0.38f, 0.45f, 0.26f), new Vector3(0, 1.02f, 0), 0, vest, cloth, place);
        foreach (var x in new[] { -1, 1 })
        {
            stage.Add(Shape.Cylinder, new Vector3(0.17f, 0.85f, 0.18f), new Vector3(x * 0.1f, 0.43f, x * draws.Between(-0.1f, 0.1f)), 0, legs, cloth, place);
            stage.Add(Shape.Cylinder, new Vector3(0.1f, 0.6f, 0.1f), new Vector3(x * 0.27f, 1.12f, draws.Between(0, 0.12f)), 0, vest * 0.9f, cloth, place);
        }

        stage.Add(Shape.Ball, new Vector3(0.21f, 0.27f, 0.23f), new Vector3(0, 1.66f, 0), 0, skin, cloth, place);
        stage.Add(Shape.Ball, new Vector3(0.25f, 0.18f, 0.27f), new Vector3(0, 1.74f, -0.01f), 0, draws.Happens(0.4f) ? new Vector3(0.9f, 0.7f, 0.05f) : new Vector3(0.03f), cloth, place);
    }

    private static void Drum(Stage stage, Draws draws, Matrix4x4 place)
    {
        var metal = stage.Surface(draws, Motif.Metal, Motif.Plain);
        stage.Add(Shape.Cylinder, new Vector3(0.58f, 0.88f, 0.58f), new Vector3(0, 0.44f, 0), 0, Stage.Colour(draws, draws.Between(0.2f, 1), 0.15f), metal, place);
        stage.Last(t => t with { Shine = 0.25f });
    }

    private static void Machine(Stage stage, Draws draws, Matrix4x4 place)
    {
        var metal = stage.Surface(draws, Motif.Metal, Motif.Panels, Motif.Ribs);
        var tint = Stage.Colour(draws, draws.Between(0, 0.7f), 0.15f);
        for (var i = draws.Whole(2, 5); i > 0; i--)
        {
            var size = new Vector3(draws.Between(0.3f, 1.6f), draws.Between(0.3f, 1.7f), draws.Between(0.3f, 1f));
            stage.Add(Shape.Box, size, new Vector3(draws.Normal() * 0.4f, size.Y / 2, draws.Normal() * 0.3f), 0, tint * draws.Between(0.5f, 1.2f), metal, place);
        }
    }

    private static void Pole(Stage stage, Draws draws, Matrix4x4 place)
    {
        var paint = stage.Surface(draws, Motif.Hazard, Motif.Metal, Motif.Concrete);
        var wide = draws.Between(0.08f, 0.4f);
        stage.Add(draws.Happens(0.5f) ? Shape.Box : Shape.Cylinder, new Vector3(wide, 5, wide), new Vector3(0, 2.5f, 0), 0, new Vector3(draws.Between(0.3f, 1f)), paint, place);
        stage.Last(t => t with { Repeat = new Vector2(1, 4) });
    }

    private static void Truck(Stage stage, Draws draws, Matrix4x4 place)
    {
        var metal = stage.Surface(draws, Motif.Plain, Motif.Metal);
        var tint = draws.Pick(new Vector3(0.9f, 0.35f, 0.02f), new Vector3(0.85f, 0.6f, 0.03f), new Vector3(0.6f, 0.05f, 0.03f)) * draws.Between(0.5f, 1);
        stage.Add(Shape.Box, new Vector3(1.0f, 0.7f, 1.4f), new Vector3(0, 0.55f, -0.4f), 0, tint, metal, place);
        stage.Add(Shape.Box, new Vector3(0.9f, 0.06f, 1f), new Vector3(0, 2.05f, -0.3f), 0, new Vector3(0.03f), metal, place);
        foreach (var x in new[] { -1, 1 })
        {
            stage.Add(Shape.Box, new Vector3(0.09f, 2.1f, 0.12f), new Vector3(x * 0.3f, 1.05f, 0.5f), 0, new Vector3(0.05f), metal, place);
            stage.Add(Shape.Box, new Vector3(0.06f, 1.3f, 0.06f), new Vector3(x * 0.42f, 1.4f, -0.7f), 0, new Vector3(0.05f), metal, place);
            stage.Add(Shape.Box, new Vector3(0.12f, 0.05f, 1.1f), new Vector3(x * 0.25f, 0.06f, 1.05f), 0, new Vector3(0.08f), metal, place);
            foreach (var z in new[] { -0.85f, 0.3f })
            {
                stage.Add(Shape.Ball, new Vector3(0.2f, 0.5f, 0.5f), new Vector3(x * 0.45f, 0.25f, z), 0, new Vector3(0.02f), metal, place);
            }
        }
    }

    private static void Bollard(Stage stage, Draws draws, Matrix4x4 place)
    {
        var paint = stage.Surface(draws, Motif.Hazard);
        stage.Add(Shape.Cylinder, new Vector3(0.2f, 0.9f, 0.2f), new Vector3(0, 0.45f, 0), 0, Vector3.One, paint, place);
    }

    private static void Bin(Stage stage, Draws draws, Matrix4x4 place)
    {
        var plain = stage.Surface(draws, Motif.Plain);
        var tint = Stage.Colour(draws, draws.Between(0.2f, 0.9f), 0.08f, 0.7f);
        stage.Add(Shape.Cylinder, new Vector3(0.55f, 0.95f, 0.6f), new Vector3(0, 0.5f, 0), 0, tint, plain, place);
        stage.Add(Shape.Box, new Vector3(0.6f, 0.07f, 0.66f), new Vector3(0, 1f, 0), 0, tint * 0.7f, plain, place);
    }
}
