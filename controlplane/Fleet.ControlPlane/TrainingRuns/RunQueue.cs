using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.TrainingRuns;

/// <summary>Hands runs to trainers, one trainer a run.</summary>
internal sealed class RunQueue(IDbContextFactory<FleetStore> stores, ChangeFeed changes, TimeProvider time)
{
    private const int LeaseBytes = 32;

    public async Task<TrainingRunResponse> AddAsync(TrainingRunRequest request, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var run = Add(store, request);
        await store.SaveChangesAsync(cancellationToken);
        changes.Publish("training", run.Id.ToString());
        return run;
    }

    /// <summary>Queues a run together with whatever else the caller saves.</summary>
    public TrainingRunResponse Add(FleetStore store, TrainingRunRequest request)
    {
        var row = new RunRow { Id = TrainingRunId.New(time), Request = request, CreatedAt = time.GetUtcNow() };
        store.Add(row);
        return row.Show();
    }

    /// <summary>The run as it stands; null when there is none.</summary>
    public async Task<TrainingRunResponse?> FindAsync(TrainingRunId run, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return (await store.Set<RunRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == run, cancellationToken))?.Show();
    }

    /// <returns>The next run with its lease; null when none waits.</returns>
    public async Task<TrainingLease?> NextAsync(string trainer, CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetHexString(2 * LeaseBytes, lowercase: true);
        return await ChangeAsync(async store =>
        {
            var row = await FreeAsync(store, cancellationToken);
            if (row is null)
            {
                return null;
            }

            row.State = TrainingState.Running;
            row.Trainer = trainer;
            row.Attempt++;
            row.Progress = null;
            row.Lease = Hash(secret);
            row.LeaseEndsAt = time.GetUtcNow() + RunPlanner.Lease;
            return new TrainingLease(row.Show(), secret);
        }, cancellationToken);
    }

    /// <exception cref="ProblemException"><see cref="Problems.RunLease"/>: the run is another trainer's now, or over.</exception>
    public Task ProgressAsync(TrainingRunId run, ProgressRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(async store =>
        {
            var row = await HeldAsync(store, run, request.Lease, cancellationToken);
            if (row.IsOver)
            {
                throw NotYours(row, "is over");
            }

            row.Progress = request.Progress;
            row.LeaseEndsAt = time.GetUtcNow() + RunPlanner.Lease;
            return row.Show();
        }, cancellationToken);

    /// <summary>Ends a run; ending it again in the same way changes nothing.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RunLease"/>: the run is another trainer's now, or ended in another way.</exception>
    public Task<TrainingRunResponse> EndAsync(TrainingRunId run, EndRunRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(async store =>
        {
            var row = await HeldAsync(store, run, request.Lease, cancellationToken);
            if (row.IsOver && (row.Version != request.Version || row.Detail != request.Detail))
            {
                throw NotYours(row, $"is over ({row.State}) and ended in another way");
            }

            if (!row.IsOver)
            {
                CheckModel(row, request);
                End(row, request.Version, request.Detail);
            }

            return row.Show();
        }, cancellationToken);

    /// <summary>Fails the runs that lost too many trainers.</summary>
    public Task GiveUpLostAsync(CancellationToken cancellationToken) =>
        ChangeAsync(async store => await FreeAsync(store, cancellationToken), cancellationToken);

    private async Task<RunRow?> FreeAsync(FleetStore store, CancellationToken cancellationToken)
    {
        var open = await store.Set<RunRow>().Where(r => r.State == TrainingState.Queued || r.State == TrainingState.Running).ToListAsync(cancellationToken);
        while (true)
        {
            var step = RunPlanner.Next(open.Where(r => !r.IsOver).Select(r => new OpenRun(r.Id, r.CreatedAt, r.Attempt, r.LeaseEndsAt)), time.GetUtcNow());
            switch (step)
            {
                case RunStep.Hand hand:
                    return open.Single(r => r.Id == hand.Run);
                case RunStep.GiveUp lost:
                    End(open.Single(r => r.Id == lost.Run), version: null, lost.Detail);
                    break;
                default:
                    return null;
            }
        }
    }

    // the write lock is taken before anything is read, so that two trainers who ask at once are answered one after the other
    private async Task<T> ChangeAsync<T>(Func<FleetStore, Task<T>> change, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var result = await change(store);
        var changed = store.ChangeTracker.Entries<RunRow>().Where(e => e.State == EntityState.Modified).Select(e => e.Entity.Id).ToList();
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var run in changed)
        {
            changes.Publish("training", run.ToString());
        }

        return result;
    }

    private static async Task<RunRow> HeldAsync(FleetStore store, TrainingRunId run, string lease, CancellationToken cancellationToken)
    {
        var row = await store.Set<RunRow>().SingleOrDefaultAsync(r => r.Id == run, cancellationToken)
            ?? throw new ProblemException(Problems.RunUnknown, $"There is no training run {run}. List them with GET /api/v1/training-runs.");
        return row.Lease == Hash(lease) ? row : throw NotYours(row, row.IsOver ? $"is over ({row.State})" : "belongs to another trainer now");
    }

    private void End(RunRow row, VersionId? version, string? detail)
    {
        row.State = version is null ? TrainingState.Failed : TrainingState.Succeeded;
        row.Version = version;
        row.Detail = detail;
        row.EndedAt = time.GetUtcNow();
        row.LeaseEndsAt = null;
    }

    private static void CheckModel(RunRow row, EndRunRequest request)
    {
        if (request.Version is { } version && version.Model != row.Request.Model)
        {
            throw new ProblemException(Problems.RequestInvalid, $"The run makes a version of {row.Request.Model}, but {version} was given. Register the result under {row.Request.Model}.");
        }
    }

    private static ProblemException NotYours(RunRow row, string why) =>
        new(Problems.RunLease, $"Training run {row.Id} {why}. Stop working on it and ask for the next one.");

    private static Digest Hash(string lease) => Digest.Of(Encoding.UTF8.GetBytes(lease));
}
