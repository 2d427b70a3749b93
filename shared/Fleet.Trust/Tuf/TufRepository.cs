using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>The server's side of release trust. It holds the online keys (snapshot, timestamp, director) and never needs a publisher's or root key.</summary>
/// <remarks>
/// Files are written targets first, then snapshot, then timestamp, each durably: <c>timestamp.json</c> alone says what is current, so neither a client
/// nor a restart after a power cut sees half of a change. Safe for many threads, not for many processes.
/// </remarks>
public sealed partial class TufRepository : IDisposable
{
    private readonly Lock _writing = new();
    private readonly string _folder;
    private readonly string _metadata;
    private readonly TimeProvider _time;
    private volatile State _state;
    private volatile OnlineKeys _keys;

    private TufRepository(string folder, OnlineKeys keys, TimeProvider time)
    {
        _folder = folder;
        _metadata = MetadataFolder(folder);
        _keys = keys;
        _time = time;
        _state = Recover();
    }

    /// <summary>Signs directives; its public half stands in the root. Another one once a root named another.</summary>
    public SigningKey Director => _keys.Director;

    /// <summary>Whether <see cref="Create"/> has completed in <paramref name="folder"/>.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(MetadataFolder(folder), "timestamp.json"));

    /// <summary>First start: makes all keys and the first metadata. Repeated after a power cut it goes on with the keys it made.</summary>
    /// <param name="folder">Gets <c>keys/</c> (online) and <c>metadata/</c>.</param>
    /// <param name="offlineFolder">Gets <c>root-1.pem</c> to <c>root-3.pem</c> (two of them sign), <c>publisher.pem</c> and the first <c>root.json</c>: to be moved away.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidOperationException">The folder has a repository already.</exception>
    public static TufRepository Create(string folder, string offlineFolder, TimeProvider time)
    {
        if (Exists(folder))
        {
            throw new InvalidOperationException($"{folder} has a release repository already; open it with {nameof(Load)}.");
        }

        DurableFile.MakeFolder(offlineFolder, secret: true);
        DurableFile.MakeFolder(MetadataFolder(folder));
        using var keys = OnlineKeys.LoadOrCreate(folder);
        FirstMetadata.Write(MetadataFolder(folder), offlineFolder, keys, time.GetUtcNow());
        return Load(folder, time);
    }

    /// <summary>Opens what <see cref="Create"/> made.</summary>
    /// <exception cref="ProblemException">A <c>Trust…</c> problem: a key or file is missing, damaged, or they do not fit each other.</exception>
    public static TufRepository Load(string folder, TimeProvider time) => new(folder, OnlineKeys.Load(folder), time);

    /// <summary>The newest root, as served.</summary>
    public byte[] CurrentRoot() => [.. _state.Root.Document.Bytes];

    /// <summary>The newest <c>targets.json</c>, as served.</summary>
    public byte[] CurrentTargets() => [.. _state.Targets.Document.Bytes];

    /// <summary>The released files, verified.</summary>
    public TrustedTargets Released() => _state.Targets.Under(_state.Root);

    /// <summary>Takes a publisher's new <c>targets.json</c> and serves it under a new snapshot and timestamp. The current one again changes nothing.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/>: too few signatures, not the next version, expired, unreadable, or an existing path was given other bytes. Nothing was stored.</exception>
    public TrustedTargets AcceptTargets(ReadOnlySpan<byte> signedTargets)
    {
        var bytes = signedTargets.ToArray();
        lock (_writing)
        {
            if (!bytes.AsSpan().SequenceEqual(_state.Targets.Document.Bytes))
            {
                var next = VerifyNext(bytes);
                Write($"{next.Document.Version}.targets.json", bytes);
                Publish(next.Document, SignSnapshot(next.Document));
                Forget(Draft);
            }

            return Released();
        }
    }

    /// <summary>Signs timestamp (1 day) and snapshot (7 days) again where less than half of their time is left; call it at start and every hour.</summary>
    /// <returns>Whether anything was signed.</returns>
    public bool RefreshTimestamp()
    {
        lock (_writing)
        {
            var state = _state;
            var isSnapshotOld = IsHalfSpent(state.Snapshot, TufWriter.SnapshotLifetime);
            if (!isSnapshotOld && !IsHalfSpent(state.Timestamp, TufWriter.TimestampLifetime))
            {
                return false;
            }

            Publish(state.Targets.Document, isSnapshotOld ? SignSnapshot(state.Targets.Document) : state.Snapshot);
            return true;
        }
    }

    /// <summary>A metadata file for a client.</summary>
    /// <param name="fileName"><c>timestamp.json</c>, <c>N.root.json</c>, <c>N.snapshot.json</c>, <c>N.targets.json</c>; every other name has no file.</param>
    /// <returns>Null where there is none.</returns>
    public byte[]? Read(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        var path = Path.Combine(_metadata, fileName);
        return ServedName().IsMatch(fileName) && File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();

    private static string MetadataFolder(string folder) => Path.Combine(folder, "metadata");

    [GeneratedRegex(@"\A(timestamp|[1-9][0-9]{0,18}\.(root|snapshot|targets))\.json\z", RegexOptions.CultureInvariant)]
    private static partial Regex ServedName();

    private State ReadState(long newestRoot = long.MaxValue)
    {
        var root = RootMetadata.ParseSelfSigned(ReadOwn("1.root.json"));
        while (root.Document.Version < newestRoot && Read($"{root.Document.Version + 1}.root.json") is { } newer)
        {
            root = RootMetadata.ParseSelfSigned(newer);
        }

        var timestamp = TimestampMetadata.Read(root.Verify(TufRoles.Timestamp, ReadOwn("timestamp.json")));
        var snapshot = SnapshotMetadata.Read(root.Verify(TufRoles.Snapshot, ReadOwn($"{timestamp.Snapshot.Version}.snapshot.json")));
        var targets = TargetsMetadata.Read(root.Verify(TufRoles.Targets, ReadOwn($"{snapshot.Targets.Version}.targets.json")));
        return new State(root, targets, snapshot.Document, timestamp.Document);
    }

    private byte[] ReadOwn(string fileName) => Read(fileName)
        ?? throw new ProblemException(Problems.TrustMalformed, $"The release repository in {_metadata} lacks {fileName}; restore the folder from a copy.");

    private TargetsMetadata VerifyNext(byte[] bytes)
    {
        try
        {
            if (bytes.Length > TufRoles.MaxBytes(TufRoles.Targets))
            {
                throw new ProblemException(Problems.TrustMalformed, $"The targets metadata has {bytes.Length} bytes; {TufRoles.MaxBytes(TufRoles.Targets)} is the most that devices read.");
            }

            return VerifySuccessor(_state.Root.Verify(TufRoles.Targets, bytes));
        }
        catch (ProblemException e)
        {
            throw new ProblemException(Problems.ReleaseUntrusted, e.Message, e);
        }
    }

    private TargetsMetadata VerifySuccessor(TufDocument document)
    {
        try
        {
            var next = TargetsMetadata.Read(document);
            document.RequireFresh(_time);
            RequireKnownHash(next);
            RequireSuccessor(_state.Targets, next);
            return next;
        }
        catch (ProblemException e)
        {
            throw new ProblemException(Problems.ReleaseUntrusted, e.Message, e);
        }
    }

    private static void RequireKnownHash(TargetsMetadata next)
    {
        if (next.Entries.Keys.FirstOrDefault(path => !next.Files.ContainsKey(path)) is { } path)
        {
            throw new ProblemException(Problems.TrustMalformed, $"The target {path} has no SHA-256, by which devices know files; sign it with one.");
        }
    }

    private static void RequireSuccessor(TargetsMetadata current, TargetsMetadata next)
    {
        var wanted = current.Document.Version + 1;
        if (next.Document.Version != wanted)
        {
            throw new ProblemException(Problems.TrustRollback, $"The targets metadata has version {next.Document.Version}; wanted {wanted}: fetch the current file and sign its successor.");
        }

        foreach (var (model, floor) in current.Floors)
        {
            if (next.Floors.GetValueOrDefault(model) < floor)
            {
                throw new ProblemException(Problems.TrustRollback, $"Devices install release {floor} of {model} and newer ones only; that floor never falls.");
            }
        }

        foreach (var (path, file) in current.Files)
        {
            if (next.Files.TryGetValue(path, out var other) && (other.Digest != file.Digest || other.SizeBytes != file.SizeBytes))
            {
                throw new ProblemException(Problems.TrustMismatch, $"The target {path} was released with {file.Digest} and is given {other.Digest}; released files never change: release a new version.");
            }
        }
    }

    private bool IsHalfSpent(TufDocument document, TimeSpan lifetime) => document.ExpiresAt - _time.GetUtcNow() < lifetime / 2;

    private TufDocument SignSnapshot(TufDocument targets)
    {
        var version = _state.Snapshot.Version + 1;
        var bytes = TufWriter.Sign(TufWriter.Snapshot(version, _time.GetUtcNow() + TufWriter.SnapshotLifetime, targets), _keys.Snapshot);
        Write($"{version}.snapshot.json", bytes);
        return TufDocument.Parse(TufRoles.Snapshot, bytes);
    }

    private void Publish(TufDocument targets, TufDocument snapshot)
    {
        var timestamp = TufWriter.Timestamp(_state.Timestamp.Version + 1, _time.GetUtcNow() + TufWriter.TimestampLifetime, snapshot);
        var bytes = TufWriter.Sign(timestamp, _keys.Timestamp);
        Write("timestamp.json", bytes);
        _state = _state with { Targets = TargetsMetadata.Read(targets), Snapshot = snapshot, Timestamp = TufDocument.Parse(TufRoles.Timestamp, bytes) };
    }

    private void Write(string fileName, byte[] bytes) => DurableFile.Write(Path.Combine(_metadata, fileName), bytes);

    private sealed record State(RootMetadata Root, TargetsMetadata Targets, TufDocument Snapshot, TufDocument Timestamp);
}
