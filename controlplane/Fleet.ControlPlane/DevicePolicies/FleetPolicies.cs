using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.DevicePolicies;

/// <summary>Keeps the fleet's policy; directives follow by themselves.</summary>
internal sealed class FleetPolicies(FleetStore store, ChangeFeed changes, Wake<DirectiveReconciler> directives, TimeProvider time)
{
    /// <summary>Which policy each device goes by, from <paramref name="store"/>.</summary>
    public static async Task<PolicyBook> BookAsync(FleetStore store, CancellationToken cancellationToken) =>
        new((await ReadAsync(store, cancellationToken)).Policy);

    public Task<PolicyBook> BookAsync(CancellationToken cancellationToken) => BookAsync(store, cancellationToken);

    public Task<FleetPolicyRow> GetAsync(CancellationToken cancellationToken) => ReadAsync(store, cancellationToken);

    /// <param name="policy">What it is to be.</param>
    /// <param name="requireMatch">Told the ETag that is changed; refuses where the caller read another.</param>
    /// <param name="by">Who sets it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<FleetPolicyRow> PutAsync(FleetPolicyRequest policy, Action<string> requireMatch, string by, CancellationToken cancellationToken)
    {
        Check(policy);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await store.Set<FleetPolicyRow>().SingleOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            row = new FleetPolicyRow();
            store.Add(row);
        }

        requireMatch(row.ETag);
        row.Policy = policy with { ByLabels = policy.ByLabels ?? row.Policy.ByLabels ?? [] };
        (row.Revision, row.SetAt, row.SetBy) = (row.Revision + 1, time.GetUtcNow(), by);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish("policy", "fleet");
        directives.Now();
        return row;
    }

    private static async Task<FleetPolicyRow> ReadAsync(FleetStore store, CancellationToken cancellationToken) =>
        await store.Set<FleetPolicyRow>().AsNoTracking().SingleOrDefaultAsync(cancellationToken) ?? new FleetPolicyRow();

    private static void Check(FleetPolicyRequest policy)
    {
        DeviceRules.CheckPolicy(policy.Policy);
        var byLabels = policy.ByLabels ?? [];
        if (byLabels.Count > FleetPolicyRequest.MaxByLabels)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{byLabels.Count} policies for labels were given; at most {FleetPolicyRequest.MaxByLabels} are taken.");
        }

        foreach (var (selector, byLabel) in byLabels)
        {
            Selector.Parse(selector);
            if (byLabels.Count(p => p.Selector == selector) > 1)
            {
                throw new ProblemException(Problems.RequestInvalid, $"There are two policies for the selector '{selector}'; the second would never count.");
            }

            try
            {
                DeviceRules.CheckPolicy(byLabel);
            }
            catch (ProblemException e)
            {
                throw new ProblemException(e.Kind, $"For '{selector}': {e.Message}", e);
            }
        }
    }
}
