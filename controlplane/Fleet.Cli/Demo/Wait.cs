using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Waits for the fleet, showing how far it is, and noticing when a process has died.</summary>
internal static class Wait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Away = TimeSpan.FromMinutes(2);

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
            demo.Supervisor?.Check();
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

    /// <summary>Does something, again and again while the control plane is away.</summary>
    /// <exception cref="ProblemException">It was away for two minutes, or said no.</exception>
    public static async Task<T> ForAnswerAsync<T>(DemoContext demo, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var started = demo.Screen.Elapsed;
        while (true)
        {
            demo.Supervisor?.Check();
            try
            {
                return await ask();
            }
            catch (ProblemException e) when (e.Kind.Fault is Fault.Busy && demo.Screen.Elapsed - started < Away)
            {
                demo.Screen.Progress(e.Message);
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
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
