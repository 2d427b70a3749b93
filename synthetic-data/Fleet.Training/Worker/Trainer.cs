using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Training.Worker;

/// <summary>Takes training runs from a control plane, one after the other, until it is stopped.</summary>
internal sealed class Trainer(FleetClient client, string name, string work, TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(10);

    private bool _started;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        output.WriteLine($"Trainer {name} asks {client.Address} for runs.");
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(await OnceAsync(cancellationToken), time, cancellationToken);
        }
    }

    /// <summary>Works one run off, where one waits.</summary>
    /// <returns>How long to wait before asking again.</returns>
    public async Task<TimeSpan> OnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lease = LeftBehind() ?? await client.TrainingRuns.TakeNextAsync(new TrainerRequest(name), cancellationToken);
            if (lease is null)
            {
                return Idle;
            }

            await new RunWork(client, work, output, time).DoAsync(lease, cancellationToken);
            return TimeSpan.Zero;
        }
        catch (ProblemException e) when (e.Kind.Fault is Fault.Busy or Fault.Server || e.Kind == Problems.RunLease)
        {
            output.WriteLine($"{e.Message} Asking again in {Away.TotalSeconds:0} s.");
            return Away;
        }
    }

    /// <summary>At the first call, the run that a killed trainer was at in this folder.</summary>
    private TrainingLease? LeftBehind()
    {
        var first = !_started;
        _started = true;
        return first ? LeaseFile.Find(RunWork.RunsIn(work)) : null;
    }
}
