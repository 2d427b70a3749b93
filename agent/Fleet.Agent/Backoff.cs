namespace Fleet.Agent;

/// <summary>Growing pauses with jitter, so that a thousand devices do not come back in the same second.</summary>
internal static class Backoff
{
    /// <summary>Half to one and a half of 0.5 s doubled with each failure, never above <paramref name="most"/>.</summary>
    public static TimeSpan Pause(int failures, TimeSpan most)
    {
        var seconds = Math.Min(0.5 * Math.Pow(2, Math.Min(failures - 1, 16)), most.TotalSeconds / 1.5);
        return TimeSpan.FromSeconds(seconds * (0.5 + (System.Security.Cryptography.RandomNumberGenerator.GetInt32(0, 1001) / 1000.0)));
    }
}
