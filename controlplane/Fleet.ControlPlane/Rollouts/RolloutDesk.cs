using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Starts rollouts and does what people ask of them; the reconciler does the rest.</summary>
internal sealed class RolloutDesk(FleetStore store, ChangeFeed changes, Wake<RolloutReconciler> rollouts, Wake<DirectiveReconciler> directives, TimeProvider time)
{
    public DateTimeOffset Now => time.GetUtcNow();

    public async Task<RolloutRow> StartAsync(RolloutRequest request, string variant, string by, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var rollout = new RolloutRow
        {
            Id = RolloutId.New(time),
            Version = request.Version,
            Variant = variant,
            State = RolloutState.Running,
            Rings = request.Rings,
            Guards = request.Guards ?? [],
            CreatedAt = time.GetUtcNow(),
            CreatedBy = by,
        };
        rollout.Say(rollout.CreatedAt, $"{by} starts the rollout of {request.Version} ({variant}).");
        var ended = await EndOlderAsync(rollout, cancellationToken);
        store.Add(rollout);
        await SaveAsync([rollout, .. ended], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Tell([rollout, .. ended]);
        return rollout;
    }

    public async Task<RolloutRow> FindAsync(RolloutId id, CancellationToken cancellationToken) =>
        await store.Set<RolloutRow>().Include(r => r.Devices).SingleOrDefaultAsync(r => r.Id == id, cancellationToken)
        ?? throw new ProblemException(Problems.RolloutUnknown, $"There is no rollout {id}.");

    /// <summary>Newest first.</summary>
    public Task<List<RolloutRow>> ListAsync(string? before, int take, CancellationToken cancellationToken) =>
        store.Set<RolloutRow>().FromSql($"""SELECT * FROM "Rollouts" WHERE "Id" < {before ?? "~"}""")
            .OrderByDescending(r => r.Id).Take(take).Include(r => r.Devices).AsSplitQuery().AsNoTracking().ToListAsync(cancellationToken);

    public Task<List<DeviceRow>> DevicesAsync(CancellationToken cancellationToken) =>
        store.Set<DeviceRow>().Include(d => d.Cameras).AsSplitQuery().AsNoTracking().ToListAsync(cancellationToken);

    public Task<RolloutRow> PauseAsync(RolloutId id, string by, CancellationToken cancellationToken) =>
        ChangeAsync(id, [RolloutState.Running], RolloutState.Paused, $"{by} paused the rollout.", takeBack: false, cancellationToken);

    public Task<RolloutRow> ResumeAsync(RolloutId id, string by, CancellationToken cancellationToken) =>
        ChangeAsync(id, [RolloutState.Paused], RolloutState.Running, $"{by} resumed the rollout.", takeBack: false, cancellationToken);

    public Task<RolloutRow> AbortAsync(RolloutId id, string by, CancellationToken cancellationToken) =>
        ChangeAsync(id, [RolloutState.Running, RolloutState.Paused], RolloutState.Aborted, $"{by} ended the rollout; devices keep what they have.", takeBack: false, cancellationToken);

    public Task<RolloutRow> RollBackAsync(RolloutId id, string by, CancellationToken cancellationToken) =>
        ChangeAsync(
            id, [RolloutState.Running, RolloutState.Paused, RolloutState.Finished], RolloutState.RolledBack, $"{by} rolled back; all devices go back to the version before.", takeBack: true, cancellationToken);

    private async Task<RolloutRow> ChangeAsync(
        RolloutId id, RolloutState[] from, RolloutState to, string sentence, bool takeBack, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var rollout = await FindAsync(id, cancellationToken);
        if (!from.Contains(rollout.State))
        {
            throw new ProblemException(Problems.RolloutConflict, $"The rollout is {rollout.State}; this is possible while it is {string.Join(" or ", from)}.");
        }

        rollout.State = to;
        rollout.Accepted = to == RolloutState.Running ? [.. rollout.Accepted.Union(rollout.Asked)] : rollout.Accepted;
        rollout.Asked = [];
        rollout.Say(time.GetUtcNow(), sentence);
        if (takeBack)
        {
            var devices = await store.Set<DeviceRow>().Include(d => d.Cameras).ToListAsync(cancellationToken);
            new RolloutActs(rollout, devices, [], new Dictionary<DeviceId, long>(), _ => null, time.GetUtcNow()).TakeBack();
        }

        await SaveAsync([rollout], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Tell([rollout]);
        return rollout;
    }

    /// <summary>Two rollouts never pull at one device.</summary>
    private async Task<List<RolloutRow>> EndOlderAsync(RolloutRow rollout, CancellationToken cancellationToken)
    {
        var devices = await DevicesAsync(cancellationToken);
        var wanted = Members(rollout, devices);
        var older = await store.Set<RolloutRow>().Include(r => r.Devices)
            .Where(r => r.State == RolloutState.Running || r.State == RolloutState.Paused).ToListAsync(cancellationToken);
        var ended = older.Where(r => Members(r, devices).Overlaps(wanted)).ToList();
        foreach (var one in ended)
        {
            one.State = RolloutState.Aborted;
            one.Say(time.GetUtcNow(), $"The rollout {rollout.Id} of {rollout.Version} took over devices of this one.");
        }

        return ended;
    }

    private static HashSet<DeviceId> Members(RolloutRow rollout, List<DeviceRow> devices) =>
        [.. RingMembers.Of(rollout, devices).Keys];

    private async Task SaveAsync(IReadOnlyList<RolloutRow> changed, CancellationToken cancellationToken)
    {
        foreach (var rollout in changed)
        {
            rollout.Revision++;
        }

        await store.SaveChangesAsync(cancellationToken);
    }

    private void Tell(IReadOnlyList<RolloutRow> changed)
    {
        foreach (var rollout in changed)
        {
            changes.Publish("rollout", rollout.Id.ToString());
        }

        rollouts.Now();
        directives.Now();
    }
}
