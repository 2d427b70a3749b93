using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Training.Worker;

/// <summary>Tells the control plane every few seconds how far a run is, which keeps its lease; stops the run when it belongs to another.</summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private readonly FleetClient _client;
    private readonly TrainingLease _lease;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost;
    private readonly Task _beating;
    private TrainingProgress _latest = new("render", 0, 1, Loss: null, EtaSeconds: null);

    public Heartbeat(FleetClient client, TrainingLease lease, TimeProvider time, CancellationToken cancellationToken)
    {
        (_client, _lease, _time) = (client, lease, time);
        _lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _beating = Task.Run(BeatAsync, CancellationToken.None);
    }

    /// <summary>Cancelled when the run is lost or the trainer stops.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why the run was lost; null while it is ours.</summary>
    public ProblemException? Reason { get; private set; }

    public void Tell(TrainingProgress progress) => Volatile.Write(ref _latest, progress);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task BeatAsync()
    {
        try
        {
            while (true)
            {
                await ReportAsync();
                await Task.Delay(Every, _time, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the run is over
        }
        catch (ProblemException e)
        {
            Reason = e;
            await _lost.CancelAsync();
        }
    }

    private async Task ReportAsync()
    {
        try
        {
            await _client.TrainingRuns.ReportAsync(_lease.Run.Id, new ProgressRequest(_lease.Lease, Volatile.Read(ref _latest)), _stop.Token);
        }
        catch (ProblemException e) when (e.Kind.Fault is Fault.Busy or Fault.Server)
        {
            // the control plane is away for now: the run goes on, and its answer decides when it is back
        }
    }
}
