using System.Numerics;
using Fleet.Twin.Gl;
using Fleet.Twin.Optics;
using Fleet.Twin.Painting;

namespace Fleet.Twin.World;

/// <summary>Chooses where the camera stands: a wanted size of a carton first, the distance follows.</summary>
internal static class Photographer
{
    private const float ReferencePx = 320f;

    /// <summary>Null where no good place was found, so that another world is tried.</summary>
    public static View? Frame(Stage stage, Shot shot)
    {
        var draws = stage.Knob("camera");
        var camera = stage.Scene.Camera;
        var fov = Radians(draws.Between(camera.FovDegrees));
        var pitch = Math.Clamp(shot.Pitch, Radians(camera.PitchDegrees.Low), Radians(camera.PitchDegrees.High));
        var tangent = MathF.Tan(fov / 2);
        var (target, distance) = Aim(stage, draws, shot, tangent);
        var back = new Vector3(MathF.Sin(shot.Yaw) * MathF.Cos(pitch), MathF.Sin(pitch), MathF.Cos(shot.Yaw) * MathF.Cos(pitch));
        var eye = target + (back * distance);
        if (!shot.Backdrop)
        {
            eye.Y = Math.Max(eye.Y, draws.Between(0.12f, 0.4f));
        }

        var roll = shot.Backdrop && pitch > 0.8f ? draws.Between(-0.4f, 0.4f) : draws.Normal() * (draws.Happens(0.75f) ? 0.015f : 0.08f);
        if (Blocked(stage, eye))
        {
            return null;
        }

        var view = new View(eye, -back, roll, fov);
        if (!shot.Backdrop && draws.Happens(stage.Scene.Clutter.Foreground))
        {
            Foreground(stage, draws, view, distance, tangent);
        }

        return view;
    }

    public static float Radians(float degrees) => degrees * MathF.PI / 180;

    /// <summary>A plain or busy picture behind everything, fixed to the camera.</summary>
    public static void Backdrop(Stage stage, View view)
    {
        var draws = stage.Knob("backdrop");
        var kind = draws.Unit();
        var (motif, tint) = kind < 0.5f
            ? (Motif.Plain, new Vector3(draws.Between(0, 0.02f)))
            : kind < 0.75f ? (Motif.Plain, new Vector3(draws.Between(0.9f, 1.9f))) : (draws.Pick(Motif.Junk, Motif.Shelves, Motif.Tiles, Motif.Concrete), new Vector3(draws.Between(0.05f, 0.8f)));
        var texture = stage.Surface(draws, motif);
        var (across, down) = Reach.Of(stage.Scene.Camera) ?? (1, 1);
        var size = 70f * MathF.Tan(view.FovY / 2) * 2.6f * MathF.Max(across, down);
        var right = Vector3.Normalize(Vector3.Cross(view.Forward, MathF.Abs(view.Forward.Y) > 0.985f ? -Vector3.UnitZ : Vector3.UnitY));
        var up = Vector3.Cross(right, view.Forward);
        var at = view.Eye + (view.Forward * 70);
        var place = new Matrix4x4(
            right.X * size, right.Y * size, right.Z * size, 0, up.X * size, up.Y * size, up.Z * size, 0,
            -view.Forward.X * 0.01f, -view.Forward.Y * 0.01f, -view.Forward.Z * 0.01f, 0, at.X, at.Y, at.Z, 1);
        stage.Add(new Thing(Shape.Box, place, tint, texture, texture, texture) { Matter = Matter.Glow, Repeat = Vector2.One * draws.Between(0.6f, 2f) });
    }

    private static (Vector3 Target, float Distance) Aim(Stage stage, Draws draws, Shot shot, float tangent)
    {
        if (stage.Cartons.Count == 0)
        {
            return (new Vector3(draws.Between(-1, 1), draws.Between(0.2f, 1.2f), draws.Between(-1, 1)), draws.Between(1.8f, 6f));
        }

        var carton = stage.Cartons[draws.Whole(0, stage.Cartons.Count)];
        var range = stage.Scene.Cartons.SizePx;
        var smallest = shot.Backdrop ? Math.Min(range.High, range.Low * 2) : range.Low;
        var wanted = draws.LogBetween(smallest, range.High) * shot.Smaller;
        var size = MathF.Cbrt(carton.Size.X * carton.Size.Y * carton.Size.Z) * 1.08f;
        var distance = (size / (wanted / ReferencePx * 2 * tangent)) + (carton.Size.Z / 2);
        var aside = new Vector3(draws.Normal(), draws.Normal() * 0.6f, 0) * distance * tangent * 0.35f;
        return (carton.Centre + aside, distance);
    }

    private static bool Blocked(Stage stage, Vector3 eye)
    {
        foreach (var thing in stage.Things)
        {
            if (!Matrix4x4.Invert(thing.Model, out var inverse))
            {
                continue;
            }

            if (thing.Matter == Matter.Room && thing.Shape != Shape.Ground && Hides(thing, eye))
            {
                return true;
            }

            var local = Vector3.Abs(Vector3.Transform(eye, inverse));
            var scale = new Vector3(thing.Model.M11, thing.Model.M22, thing.Model.M33);
            var margin = new Vector3(0.18f) / Vector3.Max(Vector3.Abs(scale), new Vector3(0.05f));
            if (thing.Matter == Matter.Solid && local.X < 0.5f + margin.X && local.Y < 0.5f + margin.Y && local.Z < 0.5f + margin.Z)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A wall, or the ceiling, between the eye and what is to be seen around the origin.</summary>
    private static bool Hides(Thing wall, Vector3 eye)
    {
        var at = wall.Model.Translation;
        var thinX = wall.Model.M11 < 0.2f;
        var thinZ = wall.Model.M33 < 0.2f;
        return (thinX && MathF.Abs(eye.X) > MathF.Abs(at.X) - 0.2f && eye.X * at.X > 0)
            || (thinZ && MathF.Abs(at.Z) > 0.5f && MathF.Abs(eye.Z) > MathF.Abs(at.Z) - 0.2f && eye.Z * at.Z > 0)
            || (wall.Model.M22 < 0.06f && at.Y > 1 && eye.Y > at.Y - 0.2f);
    }

    private static void Foreground(Stage stage, Draws draws, View view, float distance, float tangent)
    {
        var sideways = Vector3.Normalize(Vector3.Cross(view.Forward, Vector3.UnitY));
        var near = distance * draws.Between(0.25f, 0.6f);
        var at = view.Eye + (view.Forward * near) + (sideways * near * tangent * draws.Between(-1f, 1f));
        var thing = stage.Surface(draws, Motif.Metal, Motif.Hazard, Motif.Plain, Motif.Cloth);
        var tint = Stage.Colour(draws, draws.Between(0, 0.9f));
        if (draws.Happens(0.6f))
        {
            stage.Add(Shape.Box, new Vector3(draws.Between(0.03f, 0.13f), 7, 0.08f), at, draws.Between(0, 3), tint, thing);
            stage.Last(t => t with { Repeat = new Vector2(1, 6) });
            return;
        }

        var size = new Vector3(draws.Between(0.15f, 0.4f), draws.Between(0.2f, 0.6f), draws.Between(0.15f, 0.4f)) * Math.Min(1, near);
        stage.Add(Shape.Ball, size, at - new Vector3(0, near * tangent * draws.Between(0, 1f), 0), 0, tint, thing);
    }
}
