using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A full TUF 1.0 client: the workflow of section 5 of the specification over a metadata folder that survives restarts.</summary>
/// <remarks>
/// The folder holds <c>root.json</c>, <c>timestamp.json</c>, <c>snapshot.json</c> and <c>targets.json</c>, byte for byte as they came, each written durably once verified; delegated roles lie beside them under their escaped names.
/// One refresh at a time.
/// </remarks>
public sealed class TufClient
{
    private const int MaxRootsPerRefresh = 256;
    private readonly TufSource _source;
    private readonly TufFolder _folder;
    private readonly TimeProvider _time;
    private TufSearch? _search;

    /// <summary>A client over <paramref name="folder"/>, which <see cref="Trust"/> prepared.</summary>
    public TufClient(string folder, TufFetch fetch, TimeProvider time) => (_folder, _source, _time) = (new TufFolder(folder), new TufSource(fetch), time);

    /// <summary>Puts the first trusted root into <paramref name="folder"/>, which is made where missing; the root came by a trusted way, such as enrolment. A root that is there already stays.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/> or <see cref="Problems.TrustSignature"/>: it is no root signed by its own keys.</exception>
    public static void Trust(string folder, ReadOnlySpan<byte> root)
    {
        var store = new TufFolder(folder);
        if (!store.Has(TufRoles.Root))
        {
            var first = RootMetadata.ParseSelfSigned(root.ToArray());
            DurableFile.MakeFolder(folder);
            store.Write(first.Document);
        }
    }

    /// <summary>Brings root, timestamp, snapshot and targets up to date, each verified before it is stored.</summary>
    /// <exception cref="ProblemException">
    /// <see cref="Problems.TrustSignature"/>, <see cref="Problems.TrustExpired"/>, <see cref="Problems.TrustRollback"/>, <see cref="Problems.TrustMismatch"/> (also for a file that is not served)
    /// or <see cref="Problems.TrustMalformed"/> (also for too many bytes); what was trusted before stays.
    /// </exception>
    public async Task<TrustedTargets> RefreshAsync(CancellationToken cancellationToken)
    {
        _search = null;
        var root = await UpdateRootAsync(_folder.Root(), cancellationToken);
        root.Document.RequireFresh(_time);
        var timestamp = await UpdateTimestampAsync(root, cancellationToken);
        var snapshot = await UpdateSnapshotAsync(root, timestamp, cancellationToken);
        var targets = await UpdateTargetsAsync(root, snapshot, cancellationToken);
        _search = new TufSearch(_folder, _source, _time, root, snapshot, targets);
        return targets.Under(root);
    }

    /// <summary>Finds who signed for <paramref name="path"/>, asking the targets first and then the roles that they delegate it to; their files are fetched and verified as needed.</summary>
    /// <param name="path">Target path, such as <c>models/warehouse/1/model.onnx</c>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Null where no role that may sign for it does, among the first 32.</returns>
    /// <exception cref="ProblemException">As of <see cref="RefreshAsync"/>: a role on the way could not be verified.</exception>
    /// <exception cref="InvalidOperationException">The last refresh did not succeed, or none came before.</exception>
    public Task<FoundTarget?> FindAsync(string path, CancellationToken cancellationToken) =>
        (_search ?? throw new InvalidOperationException("Refresh first: delegations are followed by what is current.")).FindAsync(path, cancellationToken);

    /// <summary>What the folder already holds, for a start without network: signatures verified, expiry not asked.</summary>
    /// <returns>Version 0 without files where no targets were stored yet.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/> or <see cref="Problems.TrustSignature"/>: the folder has no usable root.</exception>
    public TrustedTargets Load()
    {
        var root = _folder.Root();
        return _folder.Read(root, TufRoles.Targets) is { } targets
            ? TargetsMetadata.Read(targets).Under(root)
            : new TrustedTargets(0, DateTimeOffset.MinValue, new Dictionary<string, TrustedTarget>(), root.Director);
    }

    private async Task<RootMetadata> UpdateRootAsync(RootMetadata root, CancellationToken cancellationToken)
    {
        for (var updates = 0; updates < MaxRootsPerRefresh; updates++)
        {
            var wanted = root.Document.Version + 1;
            if (await _source.FetchAsync(TufRoles.Root, $"{wanted}.root.json", null, cancellationToken) is not { } bytes)
            {
                return root;
            }

            var next = RootMetadata.ParseSelfSigned(bytes);
            root.Roles[TufRoles.Root].Verify(next.Document, $"root version {root.Document.Version}");
            TufSource.RequireVersion(next.Document, wanted);
            ForgetWhereKeysChanged(root, next);
            _folder.Write(next.Document);
            root = next;
        }

        return root;
    }

    /// <summary>Recovers from versions that an attacker drove up with a stolen key: with a new key, counting starts anew. Before the root is stored, so that a power cut cannot skip it.</summary>
    private void ForgetWhereKeysChanged(RootMetadata old, RootMetadata next)
    {
        if (!old.Roles[TufRoles.Timestamp].HasSameKeys(next.Roles[TufRoles.Timestamp]) || !old.Roles[TufRoles.Snapshot].HasSameKeys(next.Roles[TufRoles.Snapshot]))
        {
            _folder.Delete(TufRoles.Timestamp);
            _folder.Delete(TufRoles.Snapshot);
        }
    }

    private async Task<TimestampMetadata> UpdateTimestampAsync(RootMetadata root, CancellationToken cancellationToken)
    {
        var known = _folder.Read(root, TufRoles.Timestamp) is { } stored ? TimestampMetadata.Read(stored) : null;
        var bytes = await _source.FetchAsync(TufRoles.Timestamp, "timestamp.json", null, cancellationToken) ?? throw TufSource.NotServed("timestamp.json");
        var next = TimestampMetadata.Read(root.Verify(TufRoles.Timestamp, bytes));
        if (known is not null)
        {
            RequireNotOlder(TufRoles.Timestamp, next.Document.Version, known.Document.Version);
            if (next.Document.Version == known.Document.Version)
            {
                known.Document.RequireFresh(_time);
                return known;
            }

            RequireNotOlder("snapshot.json named by timestamp", next.Snapshot.Version, known.Snapshot.Version);
        }

        next.Document.RequireFresh(_time);
        _folder.Write(next.Document);
        return next;
    }

    private async Task<SnapshotMetadata> UpdateSnapshotAsync(RootMetadata root, TimestampMetadata timestamp, CancellationToken cancellationToken)
    {
        var known = _folder.Read(root, TufRoles.Snapshot) is { } stored ? SnapshotMetadata.Read(stored) : null;
        if (known is not null && known.Document.IsCurrent(timestamp.Snapshot, _time))
        {
            return known;
        }

        var next = SnapshotMetadata.Read(await _source.NamedAsync(Place.Top(root, TufRoles.Snapshot), timestamp.Snapshot, cancellationToken));
        foreach (var (name, file) in known?.Files ?? new Dictionary<string, MetaFile>())
        {
            var version = next.Files.TryGetValue(name, out var kept) ? kept.Version : 0;
            RequireNotOlder($"{name} named by snapshot", version, file.Version);
        }

        next.Document.RequireFresh(_time);
        _folder.Write(next.Document);
        return next;
    }

    private async Task<TargetsMetadata> UpdateTargetsAsync(RootMetadata root, SnapshotMetadata snapshot, CancellationToken cancellationToken)
    {
        if (_folder.Read(root, TufRoles.Targets) is { } known && known.IsCurrent(snapshot.Targets, _time))
        {
            return TargetsMetadata.Read(known);
        }

        var next = TargetsMetadata.Read(await _source.NamedAsync(Place.Top(root, TufRoles.Targets), snapshot.Targets, cancellationToken));
        next.Document.RequireFresh(_time);
        _folder.Write(next.Document);
        return next;
    }

    private static void RequireNotOlder(string what, long version, long known)
    {
        if (version < known)
        {
            throw new ProblemException(Problems.TrustRollback, $"The {what} has version {version}, but version {known} was seen before; wanted that or a newer one.");
        }
    }
}
