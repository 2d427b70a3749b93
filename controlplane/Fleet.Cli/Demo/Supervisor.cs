using Fleet.Cli.Processes;

namespace Fleet.Cli.Demo;

/// <summary>Starts a process again that ended without being asked to, as systemd does on a device. What keeps failing is given up.</summary>
internal sealed class Supervisor(DemoStack stack, DemoScreen screen, TimeProvider time)
{
    private const int MaxRestarts = 5;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    private readonly Dictionary<string, int> _restarts = [];
    private ChildFailedException? _givenUp;

    /// <exception cref="ChildFailedException">A process ended too often.</exception>
    public void Check()
    {
        if (_givenUp is { } failure)
        {
            throw failure;
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_givenUp is null)
            {
                foreach (var name in stack.Ended())
                {
                    await ReviveAsync(name, cancellationToken);
                }

                await Task.Delay(Look, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // the demo is over
        }
        catch (ChildFailedException e)
        {
            _givenUp = e;
        }
    }

    private async Task ReviveAsync(string name, CancellationToken cancellationToken)
    {
        var failure = stack.FailureOf(name);
        _restarts[name] = _restarts.GetValueOrDefault(name) + 1;
        if (_restarts[name] > MaxRestarts)
        {
            throw failure;
        }

        screen.Warn($"{name} ended and is started again, with the data it had.");
        await stack.RestartAsync(name, cancellationToken);
    }
}
