namespace Fleet.Training;

/// <summary>Independent random sequences out of one seed, so that what is drawn in one place never shifts another.</summary>
internal static class Chance
{
    /// <summary>The sequence of <paramref name="seed"/> for a purpose and up to two counters.</summary>
    public static Random From(long seed, string purpose, long first = 0, long second = 0)
    {
        var state = Mix((ulong)seed);
        foreach (var letter in purpose)
        {
            state = Mix(state ^ letter);
        }

        return new Random((int)Mix(Mix(state ^ (ulong)first) ^ (ulong)second));
    }

    /// <summary>A number of the standard normal distribution.</summary>
    public static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    /// <summary>A number between two bounds.</summary>
    public static float Between(Random random, float low, float high) => low + (high - low) * random.NextSingle();

    private static ulong Mix(ulong x)
    {
        x += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
