using System.Collections.Immutable;
using Fleet.Contracts;
using Microsoft.Extensions.Logging;

namespace Fleet.Console.Live;

/// <summary>The one subscription of a circuit to what changes; it begins with the first listener.</summary>
internal sealed partial class LiveChanges(FleetSession session, ILogger<LiveChanges> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private ImmutableList<Action<ChangeMessage>> _listeners = [];
    private Task? _following;

    /// <summary>Calls <paramref name="listener"/> for every change, on any thread, until the answer is disposed.</summary>
    public IDisposable Listen(Action<ChangeMessage> listener)
    {
        lock (_lock)
        {
            _listeners = _listeners.Add(listener);
            _following ??= Task.Run(FollowAsync);
        }

        return new Listening(this, listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_following is { } following)
        {
            await following;
        }

        _end.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            var client = await session.ClientAsync();
            await foreach (var change in client.Changes.FollowAsync(_end.Token))
            {
                foreach (var listener in _listeners)
                {
                    listener(change);
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // the circuit ended
        }
        catch (ProblemException e)
        {
            // pages read again by themselves and show the same problem
            LogEnded(e.Kind.Code, e.Message);
        }
    }

    private void Forget(Action<ChangeMessage> listener)
    {
        lock (_lock)
        {
            _listeners = _listeners.Remove(listener);
        }
    }

    [LoggerMessage(7001, LogLevel.Information, "A console stopped following changes: {Code}, {Detail}")]
    private partial void LogEnded(string code, string detail);

    private sealed class Listening(LiveChanges changes, Action<ChangeMessage> listener) : IDisposable
    {
        public void Dispose() => changes.Forget(listener);
    }
}
