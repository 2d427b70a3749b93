using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Audit;

/// <summary>Appends to the chain, one writer at a time.</summary>
internal sealed class AuditLog(IDbContextFactory<FleetStore> stores, TimeProvider time)
{
    private const int Longest = 256;

    /// <summary>Appends a row; when this returns, it is on disk.</summary>
    public async Task WriteAsync(string who, string act, string on, int status, string from, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);

        // the write lock is taken before the end of the chain is read
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var before = await HeadAsync(store, cancellationToken);
        var row = new AuditEntry(before.Sequence + 1, time.GetUtcNow(), Cut(who), Cut(act), Cut(on), status, Cut(from), before.Hash, Hash: "");
        store.Add(AuditRow.Of(row with { Hash = AuditChain.HashOf(row) }));
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<AuditHead> HeadAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await HeadAsync(store, cancellationToken);
    }

    private static async Task<AuditHead> HeadAsync(FleetStore store, CancellationToken cancellationToken) =>
        await store.Set<AuditRow>().OrderByDescending(r => r.Sequence).Select(r => new AuditHead(r.Sequence, r.Hash)).FirstOrDefaultAsync(cancellationToken) ?? AuditHead.None;

    private static string Cut(string text) => text.Length <= Longest ? text : text[..Longest];
}
