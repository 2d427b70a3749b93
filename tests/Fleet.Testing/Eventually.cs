using System.Runtime.CompilerServices;

namespace Fleet.Testing;

/// <summary>Level-triggered, bounded waiting: looks again until it is so.</summary>
public static class Eventually
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <exception cref="TimeoutException">It did not hold within <paramref name="within"/> (30 s unless told).</exception>
    public static Task Is(Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Is(() => Task.FromResult(condition()), within, what);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <param name="condition">What is waited for.</param>
    /// <param name="within">The limit; 30 s unless told.</param>
    /// <param name="what">Names it where it does not come.</param>
    /// <param name="look">The pause between two looks; 20 ms unless told. Longer where a look costs much of the machine that the others need.</param>
    /// <exception cref="TimeoutException">It did not hold within <paramref name="within"/>.</exception>
    public static async Task Is(Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "", TimeSpan? look = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var limit = within ?? TimeSpan.FromSeconds(30);
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"Not so within {limit.TotalSeconds:0} s: {what}");
            }

            await Task.Delay(look ?? Look, TimeProvider.System);
        }
    }
}
