using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Fleet.ControlPlane.Platform.Loops;

/// <summary>Takes no input: reads everything afresh, plans, applies. Woken by its <see cref="Wake{T}"/> and by its period.</summary>
internal interface IReconciler
{
    /// <summary>Shown in <c>/health</c> and <c>/metrics</c>.</summary>
    string Name { get; }

    TimeSpan Period { get; }

    /// <returns>One sentence for each item that failed; the others were done.</returns>
    Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken);
}

/// <summary>Wakes the reconciler <typeparamref name="T"/> now; calls while it runs make it run once more.</summary>
internal sealed class Wake<T> : IWake where T : IReconciler
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Now() => _signal.Writer.TryWrite(true);

    async Task IWake.WaitAsync(TimeSpan period, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var signal = _signal.Reader.WaitToReadAsync(limit.Token).AsTask();
        await Task.WhenAny(signal, Task.Delay(period, time, limit.Token));
        await limit.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        _signal.Reader.TryRead(out _);
    }
}

internal interface IWake
{
    Task WaitAsync(TimeSpan period, TimeProvider time, CancellationToken cancellationToken);
}

/// <summary>What a reconciler did last.</summary>
internal sealed record LoopState(string Name, DateTimeOffset? LastRunAt, TimeSpan LastTook, string? LastError, long Runs, long Failures);

internal sealed record Loop(IReconciler Reconciler, IWake Wake);

internal static class ReconcilerRegistration
{
    public static IServiceCollection AddReconciler<T>(this IServiceCollection services) where T : class, IReconciler =>
        services.AddSingleton<T>().AddSingleton<Wake<T>>()
            .AddSingleton(s => new Loop(s.GetRequiredService<T>(), s.GetRequiredService<Wake<T>>()));
}

/// <summary>The one place where background work runs.</summary>
internal sealed partial class ReconcilerDriver(IEnumerable<Loop> loops, TimeProvider time, ILogger<ReconcilerDriver> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<string, LoopState> _states = new();

    public IReadOnlyCollection<LoopState> States => [.. _states.Values.OrderBy(s => s.Name, StringComparer.Ordinal)];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(loops.Select(l => TurnAsync(l, stoppingToken)));

    private async Task TurnAsync(Loop loop, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var state = new LoopState(loop.Reconciler.Name, null, TimeSpan.Zero, null, Runs: 0, Failures: 0);
        _states[state.Name] = state;
        while (!cancellationToken.IsCancellationRequested)
        {
            state = await RunOnceAsync(loop.Reconciler, state, cancellationToken);
            _states[state.Name] = state;
            try
            {
                await loop.Wake.WaitAsync(loop.Reconciler.Period, time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<LoopState> RunOnceAsync(IReconciler reconciler, LoopState before, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        string? error = null;
        try
        {
            var failed = await reconciler.RunAsync(cancellationToken);
            foreach (var sentence in failed)
            {
                LogItemFailed(reconciler.Name, sentence);
            }

            error = failed.Count == 0 ? null : failed[0];
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return before;
        }
        catch (Exception e)
        {
            LogFailed(e, reconciler.Name);
            error = e.Message;
        }

        return new LoopState(before.Name, time.GetUtcNow(), time.GetElapsedTime(started), error, before.Runs + 1, before.Failures + (error is null ? 0 : 1));
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "{Reconciler} failed and is tried again")]
    private partial void LogFailed(Exception exception, string reconciler);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "{Reconciler}: {Failure}")]
    private partial void LogItemFailed(string reconciler, string failure);
}
