using Fleet.Contracts;
using Fleet.ControlPlane.DevicePolicies;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Fleet.Trust;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Starts rollouts and does what people ask of them; the reconciler does the rest.</summary>
internal sealed class RolloutDesk(FleetStore store, ChangeFeed changes, Wake<RolloutReconciler> rollouts, Wake<DirectiveReconciler> directives, TimeProvider time)
{
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Begins a rollout, or files it for approval.</summary>
    /// <param name="request">Checked before.</param>
    /// <param name="version">A released version.</param>
    /// <param name="by">Its author.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<RolloutRow> StartAsync(RolloutRequest request, VersionResponse version, string by, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var rollout = RolloutDraft.Of(request, version, by, RolloutId.New(time), Now);
        IReadOnlyList<RolloutRow> ended = [];
        if (await NeedsApprovalAsync(request, cancellationToken))
        {
            rollout.State = RolloutState.AwaitingApproval;
            rollout.Say(rollout.CreatedAt, $"{by} asks to roll out {request.Version} ({rollout.Variant}); someone else with the role Approver has to agree before any device is told.");
        }
        else
        {
            rollout.Say(rollout.CreatedAt, $"{by} starts the rollout of {request.Version} ({rollout.Variant}).");
            ended = await BeginAsync(rollout, cancellationToken);
        }

        store.Add(rollout);
        await SaveAsync([rollout, .. ended], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Tell([rollout, .. ended]);
        return rollout;
    }

    /// <summary>What it would do; nothing is changed.</summary>
    public async Task<RolloutPreview> PreviewAsync(RolloutRequest request, VersionResponse version, Func<DeviceId, bool> isOnline, ReleaseFloor? floor, CancellationToken cancellationToken)
    {
        var rollout = RolloutDraft.Of(request, version, by: "", RolloutId.New(time), Now);
        rollout.State = await NeedsApprovalAsync(request, cancellationToken) ? RolloutState.AwaitingApproval : RolloutState.Running;
        var devices = await DevicesAsync(cancellationToken);
        var sent = await RolloutClaims.SentAsync(store, devices, Now, cancellationToken);
        var supersedes = await OlderAsync(rollout, devices, cancellationToken);
        var policies = await FleetPolicies.BookAsync(store, cancellationToken);
        return new PreviewPlanner(rollout, version, devices, policies, isOnline, floor).Of(rollout.Traffic(sent, Now), [.. supersedes.Select(r => r.Id)]);
    }

    /// <summary>Agrees to a rollout of someone else, which then begins.</summary>
    public async Task<RolloutRow> ApproveAsync(RolloutId id, string by, bool isPerson, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var rollout = await FindAsync(id, cancellationToken);
        Require(rollout, RolloutState.AwaitingApproval);
        if (!isPerson)
        {
            throw new ProblemException(Problems.RolloutOwnApproval, $"The key {by} cannot approve: a person who is signed in has to.");
        }

        if (string.Equals(rollout.CreatedBy, by, StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(Problems.RolloutOwnApproval, $"{by} is the author of this rollout; someone else with the role Approver has to agree.");
        }

        (rollout.State, rollout.ApprovedBy) = (RolloutState.Running, by);
        rollout.Say(Now, $"{by} approved the rollout; it begins.");
        var ended = await BeginAsync(rollout, cancellationToken);
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
        ChangeAsync(id, [RolloutState.Running], RolloutState.Paused, $"{by} paused the rollout.", cancellationToken);

    public Task<RolloutRow> ResumeAsync(RolloutId id, string by, CancellationToken cancellationToken) =>
        ChangeAsync(id, [RolloutState.Paused], RolloutState.Running, $"{by} resumed the rollout.", cancellationToken);

    public Task<RolloutRow> AbortAsync(RolloutId id, string by, CancellationToken cancellationToken) =>
        ChangeAsync(id, [RolloutState.Running, RolloutState.Paused, RolloutState.AwaitingApproval], RolloutState.Aborted, $"{by} ended the rollout; devices that have it keep it, no other gets it.", cancellationToken);

    public Task<RolloutRow> RollBackAsync(RolloutId id, string by, CancellationToken cancellationToken) =>
        ChangeAsync(
            id, [RolloutState.Running, RolloutState.Paused, RolloutState.Finished], RolloutState.RolledBack, $"{by} rolled back; all devices go back to the version before.", cancellationToken);

    private async Task<RolloutRow> ChangeAsync(
        RolloutId id, RolloutState[] from, RolloutState to, string sentence, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var rollout = await FindAsync(id, cancellationToken);
        Require(rollout, from);
        rollout.State = to;
        rollout.Accepted = to == RolloutState.Running ? [.. rollout.Accepted.Union(rollout.Asked)] : rollout.Accepted;
        rollout.Asked = [];
        rollout.Follows = false;
        rollout.Say(Now, sentence);
        if (to is RolloutState.RolledBack or RolloutState.Aborted)
        {
            var devices = await store.Set<DeviceRow>().Include(d => d.Cameras).ToListAsync(cancellationToken);
            if (to == RolloutState.RolledBack)
            {
                Acts(rollout, devices).TakeBack();
            }
            else
            {
                Acts(rollout, devices).TakeBackOrders();
            }
        }

        await SaveAsync([rollout], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Tell([rollout]);
        return rollout;
    }

    /// <summary>Two rollouts never pull at one camera: older ones that hold one of its cameras end, and so do those of the model that wait for approval.</summary>
    private async Task<IReadOnlyList<RolloutRow>> BeginAsync(RolloutRow rollout, CancellationToken cancellationToken)
    {
        rollout.BeganAt = Now;
        var devices = await store.Set<DeviceRow>().Include(d => d.Cameras).AsSplitQuery().ToListAsync(cancellationToken);
        var ended = await OlderAsync(rollout, devices, cancellationToken);
        foreach (var one in ended)
        {
            one.State = RolloutState.Superseded;
            // the newer tells them in its turn; until then an order must not be followed outside its window
            if (one.Windows.Count > 0)
            {
                Acts(one, devices).TakeBackOrders();
            }
            else
            {
                new ShadowActs(one, devices, Now).End();
            }

            one.Say(Now, $"The rollout {rollout.Id} of {rollout.Version} is newer and took over cameras of this one.");
        }

        return ended;
    }

    private async Task<List<RolloutRow>> OlderAsync(RolloutRow rollout, List<DeviceRow> devices, CancellationToken cancellationToken)
    {
        var wanted = Members(rollout, devices);
        var older = await store.Set<RolloutRow>().Include(r => r.Devices)
            .Where(r => r.Id != rollout.Id && (r.State == RolloutState.Running || r.State == RolloutState.Paused || r.State == RolloutState.AwaitingApproval)).ToListAsync(cancellationToken);
        return [.. older.Where(r => (r.State != RolloutState.AwaitingApproval || r.Version.Model == rollout.Version.Model) && Members(r, devices).Overlaps(wanted))];
    }

    private async Task<bool> NeedsApprovalAsync(RolloutRequest request, CancellationToken cancellationToken) =>
        request.NeedsApproval || (await store.Set<RolloutSettingsRow>().FindAsync([request.Version.Model], cancellationToken))?.NeedsApproval == true;

    private RolloutActs Acts(RolloutRow rollout, List<DeviceRow> devices) =>
        new(rollout, devices, RolloutEvidence.Of(rollout, devices, _ => false, Now), new Dictionary<DeviceId, long>(), _ => null, Now);

    // a device without a camera counts as a whole
    private static HashSet<(DeviceId, CameraId?)> Members(RolloutRow rollout, List<DeviceRow> devices) =>
        [.. RingMembers.Of(rollout, devices).SelectMany(m => m.Cameras.Count == 0 ? [(m.Device, (CameraId?)null)] : m.Cameras.Select(c => (m.Device, (CameraId?)c)))];

    private static void Require(RolloutRow rollout, params RolloutState[] states)
    {
        if (!states.Contains(rollout.State))
        {
            throw new ProblemException(Problems.RolloutConflict, $"The rollout is {rollout.State}; this is possible while it is {string.Join(" or ", states)}.");
        }
    }

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
