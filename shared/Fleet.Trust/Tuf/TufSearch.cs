using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Looks for a target through delegations: depth first, in the order of the metadata, each role once and at most <see cref="MaxRoles"/> of them.</summary>
internal sealed class TufSearch(TufFolder folder, TufSource source, TimeProvider time, RootMetadata root, SnapshotMetadata snapshot, TargetsMetadata top)
{
    private const int MaxRoles = 32;

    public async Task<FoundTarget?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var (visited, open, current) = (new HashSet<string> { TufRoles.Targets }, new Stack<Delegation>(), top);
        while (true)
        {
            if (current.Entries.TryGetValue(path, out var entry))
            {
                return new FoundTarget(path, current.Document.Role, entry.SizeBytes, entry.Hashes, root.ConsistentSnapshot, entry.Custom);
            }

            Push(open, current.Delegations, path);
            if (Next(open, visited) is not { } next || visited.Count > MaxRoles)
            {
                return null;
            }

            current = await LoadAsync(next, cancellationToken);
        }
    }

    private static void Push(Stack<Delegation> open, IReadOnlyList<Delegation> delegations, string path)
    {
        var covering = delegations.Where(d => d.Covers(path)).ToList();
        var last = covering.FindIndex(d => d.IsTerminating);
        if (last >= 0)
        {
            covering.RemoveRange(last + 1, covering.Count - last - 1);
            open.Clear();
        }

        foreach (var delegation in Enumerable.Reverse(covering))
        {
            open.Push(delegation);
        }
    }

    private static Delegation? Next(Stack<Delegation> open, HashSet<string> visited)
    {
        while (open.TryPop(out var next))
        {
            if (visited.Add(next.Name))
            {
                return next;
            }
        }

        return null;
    }

    private async Task<TargetsMetadata> LoadAsync(Delegation role, CancellationToken cancellationToken)
    {
        if (!snapshot.Files.TryGetValue($"{role.Name}.json", out var named))
        {
            throw new ProblemException(Problems.TrustMismatch, $"The snapshot version {snapshot.Document.Version} does not name {role.Name}.json, which was delegated to; wanted every role in the snapshot.");
        }

        // verified by this delegator even where it is stored: another one may have let other keys sign for the same name
        if (folder.Read(role) is { } known && known.IsCurrent(named, time))
        {
            return TargetsMetadata.Read(known);
        }

        var next = TargetsMetadata.Read(await source.NamedAsync(Place.Of(root, role), named, cancellationToken));
        next.Document.RequireFresh(time);
        folder.Write(next.Document);
        return next;
    }
}
