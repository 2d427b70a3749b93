namespace Fleet.Trust;

/// <summary>The ceremony of a first start: root version 1 and an empty release.</summary>
internal static class FirstMetadata
{
    private const int RootKeys = 3;
    private const int RootThreshold = 2;

    public static void Write(string metadata, string offlineFolder, OnlineKeys online, DateTimeOffset now)
    {
        var roots = Enumerable.Range(1, RootKeys).Select(i => SigningKey.LoadOrCreate(Path.Combine(offlineFolder, $"root-{i}.pem"))).ToList();
        using var publisher = SigningKey.LoadOrCreate(Path.Combine(offlineFolder, "publisher.pem"));
        var root = TufWriter.Root(1, now + TufWriter.RootLifetime, Roles(roots, publisher, online), online.Director.Public);
        var targets = Sign(TufRoles.Targets, TufWriter.Targets(1, now + TufWriter.TargetsLifetime, []), publisher);
        var snapshot = Sign(TufRoles.Snapshot, TufWriter.Snapshot(1, now + TufWriter.SnapshotLifetime, targets), online.Snapshot);
        var timestamp = Sign(TufRoles.Timestamp, TufWriter.Timestamp(1, now + TufWriter.TimestampLifetime, snapshot), online.Timestamp);
        var signedRoot = TufWriter.Sign(root, roots);
        DurableFile.Write(Path.Combine(metadata, "1.root.json"), signedRoot);
        // the publisher takes the root along with the key, so that it need not believe a server about it
        DurableFile.Write(Path.Combine(offlineFolder, "root.json"), signedRoot);
        DurableFile.Write(Path.Combine(metadata, "1.targets.json"), targets.Bytes);
        DurableFile.Write(Path.Combine(metadata, "1.snapshot.json"), snapshot.Bytes);
        DurableFile.Write(Path.Combine(metadata, "timestamp.json"), timestamp.Bytes);
        roots.ForEach(key => key.Dispose());
    }

    private static Dictionary<string, RoleKeys> Roles(List<SigningKey> roots, SigningKey publisher, OnlineKeys online) => new()
    {
        [TufRoles.Root] = new RoleKeys(RootThreshold, [.. roots.Select(k => k.Public)]),
        [TufRoles.Targets] = new RoleKeys(1, [publisher.Public]),
        [TufRoles.Snapshot] = new RoleKeys(1, [online.Snapshot.Public]),
        [TufRoles.Timestamp] = new RoleKeys(1, [online.Timestamp.Public]),
    };

    private static TufDocument Sign(string role, System.Text.Json.Nodes.JsonObject signed, SigningKey key) => TufDocument.Parse(role, TufWriter.Sign(signed, key));
}
