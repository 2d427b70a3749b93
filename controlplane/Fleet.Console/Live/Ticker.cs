using System.Collections.Immutable;

namespace Fleet.Console.Live;

/// <summary>One clock for all ticking parts of a circuit, once a second.</summary>
internal sealed class Ticker(TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private ImmutableList<Func<Task>> _listeners = [];
    private Task? _ticking;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Calls <paramref name="listener"/> every second until the answer is disposed.</summary>
    public IDisposable Listen(Func<Task> listener)
    {
        ImmutableInterlocked.Update(ref _listeners, (all, one) => all.Add(one), listener);
        _ticking ??= Task.Run(TickAsync);
        return new Listening(this, listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_ticking is { } ticking)
        {
            await ticking;
        }

        _end.Dispose();
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                foreach (var listener in _listeners)
                {
                    await listener();
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // the circuit ended
        }
        catch (ObjectDisposedException) when (_end.IsCancellationRequested)
        {
            // a part was torn down with the circuit
        }
    }

    private sealed class Listening(Ticker ticker, Func<Task> listener) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref ticker._listeners, (all, one) => all.Remove(one), listener);
    }
}
