using System.Numerics;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Optics;

/// <summary>How far beyond the edges of a straight frame a bent one looks.</summary>
internal static class Reach
{
    /// <summary>A lens that looks further than this many times the straight frame is refused: its edges would be a blur.</summary>
    public const float Most = 4;

    private const int Places = 24;

    /// <summary>The largest tangents that a lens shows, to the side and up or down; null where the frame has places that show nothing.</summary>
    public static Vector2? Of(Lens lens, int width, int height)
    {
        var most = Vector2.Zero;
        for (var i = 0; i <= Places; i++)
        {
            float x = width * i / (float)Places, y = height * i / (float)Places;
            foreach (var place in (ReadOnlySpan<Vector2>)[new(x, 0), new(x, height), new(0, y), new(width, y)])
            {
                if (lens.ToTangent(place) is not { } seen || !Rises(lens, place))
                {
                    return null;
                }

                most = Vector2.Max(most, Vector2.Abs(seen));
            }
        }

        return most;
    }

    /// <summary>Of a camera at its widest with its strongest coefficients, as multiples of the straight frame; null where one of them shows nothing at places.</summary>
    public static (float Across, float Down)? Of(CameraKnobs camera)
    {
        if (camera.IsPinhole)
        {
            return (1, 1);
        }

        var fovY = camera.FovDegrees.High * MathF.PI / 180;
        var straight = Lens.Of(camera, fovY);
        var most = Vector2.Zero;
        for (var corner = 0; corner < 32; corner++)
        {
            float End(int bit, Interval span) => (corner & (1 << bit)) == 0 ? span.Low : span.High;
            var knobs = camera.Lens;
            var lens = straight with { K1 = End(0, knobs.K1), K2 = End(1, knobs.K2), K3 = End(2, knobs.K3), P1 = End(3, knobs.P1), P2 = End(4, knobs.P2) };
            if (Of(lens, camera.Width, camera.Height) is not { } seen)
            {
                return null;
            }

            most = Vector2.Max(most, seen);
        }

        return (MathF.Max(1, most.X * straight.Fx / (camera.Width / 2f)), MathF.Max(1, most.Y * straight.Fy / (camera.Height / 2f)));
    }

    /// <summary>On the way from the axis to a place each step must look further out: else the picture folds over itself.</summary>
    private static bool Rises(Lens lens, Vector2 place)
    {
        var axis = new Vector2(lens.Cx, lens.Cy);
        var before = -1f;
        for (var i = 1; i <= 8; i++)
        {
            if (lens.ToTangent(axis + ((place - axis) * (i / 8f))) is not { } seen || seen.Length() <= before)
            {
                return false;
            }

            before = seen.Length();
        }

        return true;
    }
}
