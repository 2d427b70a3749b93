using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Which rows of the audit log.</summary>
/// <param name="Who">Of this account, key or device; null for all.</param>
/// <param name="Act">Whose act contains this; null for all.</param>
/// <param name="Refused">Only refusals, or only what was done; null for both.</param>
public sealed record AuditFilter(string? Who = null, string? Act = null, bool? Refused = null);

/// <summary>The audit log; for Admins.</summary>
public sealed class AuditClient
{
    private const string Root = Wire.Api + "/audit";
    private const int CheckedAtOnce = 500;
    private readonly Wire _wire;

    internal AuditClient(Wire wire) => _wire = wire;

    /// <summary>The end of the chain.</summary>
    public Task<AuditHead> HeadAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/head"), FleetJson.Tolerant.AuditHead, cancellationToken);

    /// <summary>One page of rows, newest first.</summary>
    /// <param name="filter">Which rows.</param>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<AuditEntry>> PageAsync(AuditFilter filter, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return PageAsync(filter, oldest: null, cursor, limit, cancellationToken);
    }

    /// <summary>Reads the whole chain from its beginning and holds every row against the one before.</summary>
    /// <param name="known">A head that was kept elsewhere; null where none was, then a cut at the end does not show.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The head, and what is wrong first, one sentence; null when nothing is.</returns>
    public async Task<(AuditHead Head, string? Fault)> VerifyAsync(AuditHead? known, CancellationToken cancellationToken)
    {
        var (head, seen, promised) = (AuditHead.None, known is null or { Sequence: 0 }, await HeadAsync(cancellationToken));
        var rows = Wire.ListAsync((cursor, token) => PageAsync(new AuditFilter(), oldest: true, cursor, CheckedAtOnce, token), cancellationToken);
        await foreach (var row in rows)
        {
            if (AuditChain.Fault(head, row) is { } fault)
            {
                return (head, fault);
            }

            head = new AuditHead(row.Sequence, row.Hash);
            if (head.Sequence == known?.Sequence && head != known)
            {
                return (head, $"Row {head.Sequence} is not the one whose head was kept: the log was written anew.");
            }

            seen |= head == known;
        }

        return (head, !seen ? $"The log ends with row {head.Sequence}, but a head of row {known?.Sequence} was kept: its end was cut off."
            : head.Sequence < promised.Sequence ? $"The log ends with row {head.Sequence}, but its head names row {promised.Sequence}."
            : null);
    }

    private Task<Page<AuditEntry>> PageAsync(AuditFilter filter, bool? oldest, string? cursor, int? limit, CancellationToken cancellationToken) => _wire.SendAsync(
        Call.Get(Call.With(Root, ("cursor", cursor), ("limit", limit), ("oldest", oldest), ("who", filter.Who), ("act", filter.Act), ("refused", filter.Refused))),
        FleetJson.Tolerant.PageAuditEntry,
        cancellationToken);
}
