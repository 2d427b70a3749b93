using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Who signs: the next root, and releases that lack a signature.</summary>
public sealed partial class TufRepository
{
    // neither is a name that is served to devices
    private const string Draft = "draft.targets";
    private const string Pending = "pending.keys";

    /// <summary>The server's next keys, for a root to name; made at the first call, the same until a root named them. The present ones serve meanwhile.</summary>
    public OnlinePublicKeys NextOnlineKeys()
    {
        lock (_writing)
        {
            using var next = OnlineKeys.LoadOrCreateNext(_folder);
            return next.Public;
        }
    }

    /// <summary>Takes the next root of a <see cref="Ceremony"/>. The current one again changes nothing.</summary>
    /// <remarks>What is taken is written down first and then done, so that a power cut leaves the old keys or the new ones, never a server that cannot read its own files.</remarks>
    /// <param name="signedRoot">Signed by enough root keys of the current root and of its own.</param>
    /// <param name="signedTargets">The released files, signed as the next root asks; null where they are already.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/>: nothing was stored.</exception>
    public void AcceptRoot(ReadOnlySpan<byte> signedRoot, byte[]? signedTargets)
    {
        var root = signedRoot.ToArray();
        lock (_writing)
        {
            if (root.AsSpan().SequenceEqual(_state.Root.Document.Bytes))
            {
                return;
            }

            var next = VerifyNextRoot(root, signedTargets);
            Write(Pending, new JsonObject { ["root"] = Convert.ToBase64String(root), ["targets"] = signedTargets is null ? null : Convert.ToBase64String(signedTargets) });
            Apply(next, signedTargets);
        }
    }

    /// <summary>Keeps a release that publishers signed, but fewer than must, for the others to sign; one that was kept before is replaced.</summary>
    /// <returns>False where <paramref name="signedTargets"/> has signatures enough, or no publisher's at all: then it is for <see cref="AcceptTargets"/> to judge.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/>: whatever its signatures, it cannot come into force.</exception>
    public bool Hold(ReadOnlySpan<byte> signedTargets)
    {
        var bytes = signedTargets.ToArray();
        lock (_writing)
        {
            var publishers = _state.Root.Roles[TufRoles.Targets];
            if (publishers.Threshold < 2 || SignedBy(publishers, bytes) is not { } valid || valid == 0 || valid >= publishers.Threshold)
            {
                return false;
            }

            VerifySuccessor(TufDocument.Parse(TufRoles.Targets, bytes));
            DurableFile.Write(Path.Combine(_metadata, Draft), bytes);
            return true;
        }
    }

    /// <summary>A release that waits for signatures; null where there is none, or what is in force has passed it by.</summary>
    public byte[]? Drafted()
    {
        var path = Path.Combine(_metadata, Draft);
        return File.Exists(path) && File.ReadAllBytes(path) is var bytes && TufDocument.Parse(TufRoles.Targets, bytes).Version == _state.Targets.Document.Version + 1 ? bytes : null;
    }

    private static long? SignedBy(TufRole publishers, byte[] bytes)
    {
        try
        {
            return publishers.Count(TufDocument.Parse(TufRoles.Targets, bytes));
        }
        catch (ProblemException)
        {
            return null;
        }
    }

    private RootMetadata VerifyNextRoot(byte[] root, byte[]? targets)
    {
        try
        {
            var next = RootMetadata.ParseSelfSigned(root);
            _state.Root.Roles[TufRoles.Root].Verify(next.Document, $"root version {_state.Root.Document.Version}");
            TufSource.RequireVersion(next.Document, _state.Root.Document.Version + 1);
            next.Document.RequireFresh(_time);
            RequireOwnKeys(next);
            var document = next.Verify(TufRoles.Targets, targets ?? _state.Targets.Document.Bytes);
            if (targets is not null)
            {
                VerifySuccessor(document);
            }

            return next;
        }
        catch (ProblemException e)
        {
            throw new ProblemException(Problems.ReleaseUntrusted, e.Message, e);
        }
    }

    /// <summary>A root without this server's keys, present or next, would shut every device off from it.</summary>
    private void RequireOwnKeys(RootMetadata next)
    {
        using var waiting = OnlineKeys.LoadNext(_folder);
        if (!IsNamed(next, _keys.Public) && (waiting is null || !IsNamed(next, waiting.Public)))
        {
            throw new ProblemException(
                Problems.TrustSignature, "The root does not name this server's own keys for snapshot, timestamp and directives, neither those it has nor those it offers; make it from the root that is in force.");
        }
    }

    private static bool IsNamed(RootMetadata root, OnlinePublicKeys keys) => root.ConsistentSnapshot && root.Director?.KeyId == keys.Director.KeyId
        && root.Roles[TufRoles.Snapshot] is { Threshold: 1 } snapshot && snapshot.Keys.Any(k => k.KeyId == keys.Snapshot.KeyId)
        && root.Roles[TufRoles.Timestamp] is { Threshold: 1 } timestamp && timestamp.Keys.Any(k => k.KeyId == keys.Timestamp.KeyId);

    /// <summary>Whether what is served now is signed by the keys that <paramref name="root"/> names.</summary>
    private bool IsSignedFor(RootMetadata root) => root.Roles[TufRoles.Timestamp].Count(_state.Timestamp) > 0 && root.Roles[TufRoles.Snapshot].Count(_state.Snapshot) > 0;

    private void Apply(RootMetadata next, byte[]? targets)
    {
        if (targets is not null)
        {
            DurableFile.Write(Path.Combine(_metadata, $"{TufDocument.Parse(TufRoles.Targets, targets).Version}.targets.json"), targets);
        }

        Write($"{next.Document.Version}.root.json", next.Document.Bytes);
        _state = _state with { Root = next };
        OnlineKeys.Settle(_folder, next);
        _keys = IsNamed(next, _keys.Public) ? _keys : OnlineKeys.Load(_folder);
        if (targets is not null || !IsSignedFor(next))
        {
            var document = next.Verify(TufRoles.Targets, targets ?? _state.Targets.Document.Bytes);
            Publish(document, SignSnapshot(document));
        }

        Forget(Draft);
        Forget(Pending);
    }

    /// <summary>Reads what is in force, and ends a change of keys that a power cut interrupted.</summary>
    private State Recover()
    {
        var path = Path.Combine(_metadata, Pending);
        if (!File.Exists(path))
        {
            return ReadState();
        }

        using var pending = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = RootMetadata.ParseSelfSigned(pending.RootElement.GetProperty("root").GetBytesFromBase64());
        var targets = pending.RootElement.GetProperty("targets") is { ValueKind: JsonValueKind.String } text ? text.GetBytesFromBase64() : null;
        _state = IsDone(root) is { } done ? done : ReadState(root.Document.Version - 1);
        if (_state.Root.Document.Version < root.Document.Version)
        {
            Apply(root, targets);
        }

        Forget(Pending);
        return _state;
    }

    private State? IsDone(RootMetadata root)
    {
        try
        {
            return ReadState() is var state && state.Root.Document.Version == root.Document.Version ? state : null;
        }
        catch (ProblemException)
        {
            // the root is written, and what it asks for is not yet
            return null;
        }
    }

    private void Write(string fileName, JsonObject content) => Write(fileName, System.Text.Encoding.UTF8.GetBytes(content.ToJsonString()));

    private void Forget(string fileName) => File.Delete(Path.Combine(_metadata, fileName));
}
