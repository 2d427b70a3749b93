using Fleet.Contracts;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Sky;

/// <summary>One satellite in one frame: a stroke from (X - HalfX, Y - HalfY) to (X + HalfX, Y + HalfY), px; a point where both halves are 0.</summary>
internal readonly record struct Satellite(float X, float Y, float HalfX, float HalfY, float Peak)
{
    /// <summary>A point's image is this many standard deviations wide to each side before it drowns in the noise.</summary>
    private const float Reach = 1.8f;

    public Box Box(float spread, int width, int height)
    {
        float halfX = MathF.Abs(HalfX) + (Reach * spread), halfY = MathF.Abs(HalfY) + (Reach * spread);
        float left = MathF.Max(0, X - halfX), top = MathF.Max(0, Y - halfY);
        return new Box(left, top, MathF.Min(width, X + halfX) - left, MathF.Min(height, Y + halfY) - top);
    }
}

/// <summary>Where the telescope looks in a frame, what it sees there, and through what air.</summary>
internal sealed record Pointing(IReadOnlyList<Satellite> Satellites, float Spread, float Noise, float Turn, float TrailX, float TrailY, Chance Chance)
{
    /// <summary>All frames of a sequence have the same satellites, which move on in nearly the same direction.</summary>
    public static Pointing Of(Scene scene, long seed, long index)
    {
        var sky = scene.Sky;
        var sequence = index / sky.Sequence;
        var step = (int)(index % sky.Sequence);
        var chance = Chance.Of(seed, sequence);
        var turn = chance.Knob("sky/turn");
        var heading = turn.Between(0, MathF.Tau);
        var trail = chance.Knob("sky/trail").Between(sky.StarTrail) / 2;
        var count = Count(chance.Knob("sky/count").Unit(), sky.Satellites);
        var satellites = Enumerable.Range(0, count).Select(i => Fly(scene, chance, i, heading, step)).ToList();
        return new Pointing(
            satellites,
            chance.Knob("sky/spread").Between(sky.Spread),
            chance.Knob("sky/noise-level").Between(sky.Noise),
            step,
            trail * MathF.Cos(heading),
            trail * MathF.Sin(heading),
            chance);
    }

    private static int Count(float chance, IReadOnlyList<float> weights)
    {
        var left = chance * weights.Sum();
        var count = 0;
        while (count < weights.Count - 1 && left >= weights[count])
        {
            left -= weights[count++];
        }

        return count;
    }

    private static Satellite Fly(Scene scene, Chance chance, int number, float heading, int step)
    {
        var sky = scene.Sky;
        var draws = chance.Knob("sky/satellite", number);
        var direction = heading + (draws.Normal() * 0.08f);
        var stride = draws.Between(sky.StepPx);
        float dx = MathF.Cos(direction) * stride, dy = MathF.Sin(direction) * stride;
        // in the middle of the sequence it is wherever it then stays in the picture from the first frame to the last
        var way = (sky.Sequence - 1) / 2f;
        var x = Within(draws.Unit(), scene.Camera.Width, MathF.Abs(dx) * way) + (dx * (step - way));
        var y = Within(draws.Unit(), scene.Camera.Height, MathF.Abs(dy) * way) + (dy * (step - way));
        var half = draws.Happens(sky.Streaks) ? draws.Between(sky.StreakPx) / 2 : 0;
        // it may tumble: its brightness differs a little from frame to frame
        var peak = draws.LogBetween(sky.SatellitePeak.Low, sky.SatellitePeak.High) * (1 + (0.1f * chance.Knob("sky/tumble", (number * 1000) + step).Normal()));
        return new Satellite(x, y, MathF.Cos(direction) * half, MathF.Sin(direction) * half, Math.Clamp(peak, sky.SatellitePeak.Low, sky.SatellitePeak.High));
    }

    private static float Within(float share, float length, float margin) => margin * 2 >= length ? length / 2 : margin + (share * (length - (2 * margin)));
}
