using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>The server's side of release trust. It holds the online keys (snapshot, timestamp, director) and never needs a publisher's or root key.</summary>
public sealed class TufRepository : IDisposable
{
    /// <summary>Signs directives; its public half stands in the root.</summary>
    public SigningKey Director => throw new NotImplementedException();

    /// <summary>Whether <see cref="Create"/> has completed in <paramref name="folder"/>.</summary>
    public static bool Exists(string folder) => throw new NotImplementedException();

    /// <summary>First start: makes all keys and the first metadata. Repeated after a power cut it goes on with the keys it made.</summary>
    /// <param name="folder">Gets <c>keys/</c> (online) and <c>metadata/</c>.</param>
    /// <param name="offlineFolder">Gets <c>root-1.pem</c> to <c>root-3.pem</c> (two of them sign) and <c>publisher.pem</c>: to be moved away.</param>
    /// <param name="time">The clock.</param>
    public static TufRepository Create(string folder, string offlineFolder, TimeProvider time) => throw new NotImplementedException();

    /// <summary>Opens what <see cref="Create"/> made.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: a key or file is missing or damaged.</exception>
    public static TufRepository Load(string folder, TimeProvider time) => throw new NotImplementedException();

    /// <summary>The newest root, as served.</summary>
    public byte[] CurrentRoot() => throw new NotImplementedException();

    /// <summary>The newest <c>targets.json</c>, as served.</summary>
    public byte[] CurrentTargets() => throw new NotImplementedException();

    /// <summary>The released files, verified.</summary>
    public TrustedTargets Released() => throw new NotImplementedException();

    /// <summary>Takes a publisher's new <c>targets.json</c> and serves it under a new snapshot and timestamp. The current one again changes nothing.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/>: too few signatures, not the next version, expired, or an existing path was given other bytes. Nothing was stored.</exception>
    public TrustedTargets AcceptTargets(ReadOnlySpan<byte> signedTargets) => throw new NotImplementedException();

    /// <summary>Signs timestamp (1 day) and snapshot (7 days) again where less than half of their time is left; call it at start and every hour.</summary>
    /// <returns>Whether anything was signed.</returns>
    public bool RefreshTimestamp() => throw new NotImplementedException();

    /// <summary>A metadata file for a client.</summary>
    /// <param name="fileName"><c>timestamp.json</c>, <c>N.root.json</c>, <c>N.snapshot.json</c>, <c>N.targets.json</c>; every other name has no file.</param>
    /// <returns>Null where there is none.</returns>
    public byte[]? Read(string fileName) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
