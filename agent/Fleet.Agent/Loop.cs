using Fleet.Contracts;
using Microsoft.Extensions.Hosting;

namespace Fleet.Agent;

/// <summary>Drives background work: runs it, waits for its signal or period, runs it again. A failure is logged once and tried again with growing pauses.</summary>
internal sealed partial class Loop(string name, Signal wake, Func<TimeSpan> period, Func<CancellationToken, Task> runAsync, TimeProvider time, ILogger log) : BackgroundService
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await runAsync(stoppingToken);
                failures = 0;
                await wake.WaitAsync(period(), time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // the driver is where failures of background work end
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures++;
                Tell(e, failures);
                await PauseAsync(failures, stoppingToken);
            }
        }
    }

    private void Tell(Exception e, int failures)
    {
        if (e is ProblemException or HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            if (failures == 1)
            {
                Stumbled(log, name, e.Message);
            }
        }
        else
        {
            Failed(log, name, e);
        }
    }

    private async Task PauseAsync(int failures, CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(Backoff.Pause(failures, MaxPause), time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    [LoggerMessage(1000, LogLevel.Warning, "{Name} is tried again: {Reason}")]
    private static partial void Stumbled(ILogger log, string name, string reason);

    [LoggerMessage(1001, LogLevel.Error, "{Name} failed and is tried again.")]
    private static partial void Failed(ILogger log, string name, Exception e);
}
