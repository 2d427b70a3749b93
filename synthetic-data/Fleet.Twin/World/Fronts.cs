using System.Numerics;

namespace Fleet.Twin.World;

/// <summary>Cartons side by side and on top of each other, seen from the front and filling the picture: what a depalletising camera, or a person before a rack, sees.</summary>
internal static class Fronts
{
    public static Shot Build(Stage stage)
    {
        var draws = stage.Knob("fronts");
        var common = stage.Products.Pick(draws);
        var groups = draws.Happens(0.5f) ? 1 : draws.Whole(2, 4);
        var gap = draws.Happens(0.6f) ? draws.Between(0, 0.03f) : draws.Between(0.03f, 0.3f);
        var (left, nearest) = (0f, 0f);
        for (var i = 0; i < groups; i++)
        {
            var own = stage.Knob("fronts/group", i);
            var style = own.Happens(0.6f) ? common : stage.Products.Pick(own);
            var size = style.Size;
            var room = new StackRoom(size.X * own.Whole(1, 6) * 1.01f, size.Z * 1.01f, size.Y * own.Whole(1, 6) * 1.04f);
            var place = Matrix4x4.CreateRotationY(own.Normal() * 0.02f) * Matrix4x4.CreateTranslation(left + (room.Width / 2), 0, own.Normal() * 0.06f);
            Stacks.Build(stage, own, place, room, style, mixed: own.Happens(0.1f));
            left += room.Width + gap;
            nearest = Math.Max(nearest, size.Z / 2);
        }

        var backdrop = draws.Happens(0.5f);
        if (!backdrop)
        {
            Room.Build(stage, -nearest - (draws.Happens(0.5f) ? draws.Between(0.05f, 0.4f) : draws.Between(0.4f, 3f)), hall: draws.Happens(0.5f));
        }

        var yaw = draws.Normal() * (draws.Happens(0.75f) ? 0.07f : 0.25f);
        return new Shot(yaw, draws.Between(-0.12f, 0.25f), Smaller: draws.Between(0.6f, 1.1f), backdrop);
    }
}
