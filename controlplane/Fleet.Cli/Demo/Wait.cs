using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Waits for the fleet, showing how far it is, and noticing when a process has died.</summary>
internal static class Wait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks until the answer is null.</summary>
    /// <param name="demo">The demo.</param>
    /// <param name="whatIsMissing">Null when there is nothing left to wait for, else a few words.</param>
    /// <param name="within">The limit; null waits until cancelled.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TimeoutException">It took longer than <paramref name="within"/>.</exception>
    public static async Task UntilAsync(DemoContext demo, Func<DemoContext, CancellationToken, Task<string?>> whatIsMissing, TimeSpan? within, CancellationToken cancellationToken)
    {
        var started = demo.Screen.Elapsed;
        while (true)
        {
            demo.Stack.CheckAlive();
            var missing = await LookAsync(demo, whatIsMissing, cancellationToken);
            if (missing is null)
            {
                return;
            }

            if (demo.Screen.Elapsed - started > within)
            {
                throw new TimeoutException($"After {within.Value.TotalSeconds:0} s: {missing}. The logs are in {demo.Stack.Logs}.");
            }

            demo.Screen.Progress(missing);
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<string?> LookAsync(DemoContext demo, Func<DemoContext, CancellationToken, Task<string?>> whatIsMissing, CancellationToken cancellationToken)
    {
        try
        {
            return await whatIsMissing(demo, cancellationToken);
        }
        catch (ProblemException e) when (e.Kind.Fault is Fault.Busy)
        {
            return e.Message;
        }
    }
}
