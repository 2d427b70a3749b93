namespace Fleet.Twin;

/// <summary>Chance without state: every draw is a hash of (seed, frame, knob, draw), so a new knob shifts no other.</summary>
internal readonly record struct Chance(ulong Key)
{
    public static Chance Of(long seed, long frame) => new(Mix(Mix(unchecked((ulong)seed) + 0x9E3779B97F4A7C15UL) + unchecked((ulong)frame)));

    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }

    public Draws Knob(string name, long part = 0) => new(Mix(Key ^ Hash(name)) + unchecked((ulong)part * 0xD1B54A32D192ED03UL));

    private static ulong Hash(string name)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var letter in name)
        {
            hash = (hash ^ letter) * 0x100000001B3UL;
        }

        return hash;
    }
}

/// <summary>The draws of one knob, in order.</summary>
internal sealed class Draws(ulong key)
{
    private ulong _draw;

    public ulong Bits() => Chance.Mix(Chance.Mix(key) ^ (++_draw * 0xA0761D6478BD642FUL));

    /// <summary>From 0 up to, never reaching, 1.</summary>
    public float Unit() => (Bits() >> 40) * (1f / 16777216f);

    public float Between(float low, float high) => low + ((high - low) * Unit());

    public float Between(Interval span) => Between(span.Low, span.High);

    /// <summary>Even on a logarithmic scale; both ends above 0.</summary>
    public float LogBetween(float low, float high) => low * MathF.Pow(high / low, Unit());

    /// <summary>A whole number from <paramref name="low"/> up to, never reaching, <paramref name="end"/>.</summary>
    public int Whole(int low, int end) => low + (int)(Bits() % (ulong)(end - low));

    public bool Happens(float probability) => Unit() < probability;

    public float Normal()
    {
        var radius = MathF.Sqrt(-2f * MathF.Log(MathF.Max(1e-7f, Unit())));
        return radius * MathF.Cos(MathF.Tau * Unit());
    }

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Whole(0, choices.Length)];
}

/// <summary>From <paramref name="Low"/> to <paramref name="High"/>; one number where both are equal.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(float Low, float High)
{
    /// <summary>The value at <paramref name="share"/> of the way, 0 to 1.</summary>
    public float At(float share) => Low + ((High - Low) * share);
}
