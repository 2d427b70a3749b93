using System.Numerics;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Optics;

/// <summary>One lens before one sensor: from directions to pixels and back. Directions are tangents, x to the right and y down, as in OpenCV.</summary>
internal sealed record Lens(float Fx, float Fy, float Cx, float Cy, float K1, float K2, float K3, float P1, float P2)
{
    private const int Steps = 20;
    private const float Near = 1e-5f;

    /// <summary>Beyond this tangent the polynomial is not trusted and goes on straight.</summary>
    public float Trusted { get; init; } = float.MaxValue;

    /// <summary>The lens of a frame.</summary>
    /// <param name="chance">Of what stays with the camera.</param>
    /// <param name="fovY">Radians; what counts where the scene gives no intrinsics.</param>
    public static Lens Draw(Chance chance, CameraKnobs camera, float fovY)
    {
        float At(string knob, Interval span) => chance.Knob("lens/" + knob).Between(span);
        var lens = camera.Lens;
        return Of(camera, fovY) with { K1 = At("k1", lens.K1), K2 = At("k2", lens.K2), K3 = At("k3", lens.K3), P1 = At("p1", lens.P1), P2 = At("p2", lens.P2) };
    }

    /// <summary>The same sensor behind a lens that bends nothing.</summary>
    public static Lens Of(CameraKnobs camera, float fovY)
    {
        var focal = camera.Height / 2f / MathF.Tan(fovY / 2);
        return camera.Intrinsics is { } given
            ? new Lens(given.FxPx, given.FyPx, given.CxPx, given.CyPx, 0, 0, 0, 0, 0)
            : new Lens(focal, focal, camera.Width / 2f, camera.Height / 2f, 0, 0, 0, 0, 0);
    }

    /// <summary>Where the frame shows a direction, px from its left upper corner.</summary>
    public Vector2 ToPixel(Vector2 tangent)
    {
        var bent = Bend(tangent);
        return new Vector2((bent.X * Fx) + Cx, (bent.Y * Fy) + Cy);
    }

    /// <summary>The direction that a place of the frame shows; null where it shows none.</summary>
    public Vector2? ToTangent(Vector2 pixel)
    {
        var wanted = new Vector2((pixel.X - Cx) / Fx, (pixel.Y - Cy) / Fy);
        var at = wanted;
        for (var i = 0; i < Steps; i++)
        {
            var miss = Bend(at) - wanted;
            if (MathF.Max(MathF.Abs(miss.X), MathF.Abs(miss.Y)) < Near)
            {
                return at;
            }

            var (xx, xy, yy) = Slope(at);
            var turn = (xx * yy) - (xy * xy);
            if (turn <= 1e-4f || xx + yy <= 0)
            {
                return null;
            }

            at -= new Vector2(((yy * miss.X) - (xy * miss.Y)) / turn, ((xx * miss.Y) - (xy * miss.X)) / turn);
        }

        return null;
    }

    /// <summary>What a label file says of the camera.</summary>
    /// <param name="pose">World to camera, y up and looking along -z.</param>
    public TwinCamera At(Matrix4x4 pose) => new(
        [Fx, Fy, Cx, Cy], [K1, K2, P1, P2, K3],
        [pose.M11, pose.M21, pose.M31, pose.M41, -pose.M12, -pose.M22, -pose.M32, -pose.M42, -pose.M13, -pose.M23, -pose.M33, -pose.M43]);

    private Vector2 Bend(Vector2 t)
    {
        var length = t.Length();
        if (length > Trusted)
        {
            // straight on along the ray, so that what lies far outside stays outside
            return Bend(t * (Trusted * 0.999f / length)) * (length / (Trusted * 0.999f));
        }

        var r = t.LengthSquared();
        var radial = 1 + (r * (K1 + (r * (K2 + (r * K3)))));
        return (t * radial) + new Vector2(
            (2 * P1 * t.X * t.Y) + (P2 * (r + (2 * t.X * t.X))),
            (P1 * (r + (2 * t.Y * t.Y))) + (2 * P2 * t.X * t.Y));
    }

    /// <summary>Derivatives of <see cref="Bend"/>; the mixed ones are equal.</summary>
    private (float Xx, float Xy, float Yy) Slope(Vector2 t)
    {
        var r = t.LengthSquared();
        var radial = 1 + (r * (K1 + (r * (K2 + (r * K3)))));
        var grows = 2 * (K1 + (r * ((2 * K2) + (r * 3 * K3))));
        return (
            radial + (t.X * t.X * grows) + (2 * P1 * t.Y) + (6 * P2 * t.X),
            (t.X * t.Y * grows) + (2 * P1 * t.X) + (2 * P2 * t.Y),
            radial + (t.Y * t.Y * grows) + (6 * P1 * t.Y) + (2 * P2 * t.X));
    }
}
