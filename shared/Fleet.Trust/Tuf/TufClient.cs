using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Fetches a metadata file by name, such as <c>2.root.json</c>.</summary>
/// <param name="fileName">Name below the repository's metadata address.</param>
/// <param name="maxBytes">Stop reading after this many bytes plus one: a longer answer is refused anyway.</param>
/// <param name="cancellationToken">Ends the fetch.</param>
/// <returns>The bytes; null where the repository has no such file (HTTP 404). Every other failure throws.</returns>
public delegate Task<byte[]?> TufFetch(string fileName, long maxBytes, CancellationToken cancellationToken);

/// <summary>A full TUF 1.0 client: the workflow of section 5 of the specification over a metadata folder that survives restarts.</summary>
public sealed class TufClient
{
    /// <summary>A client over <paramref name="folder"/>, which <see cref="Trust"/> prepared.</summary>
    public TufClient(string folder, TufFetch fetch, TimeProvider time)
    {
        throw new NotImplementedException();
    }

    /// <summary>Puts the first trusted root into <paramref name="folder"/>; it came by a trusted way, such as enrolment. A root that is there already stays.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/> or <see cref="Problems.TrustSignature"/>: it is no root signed by its own keys.</exception>
    public static void Trust(string folder, ReadOnlySpan<byte> root) => throw new NotImplementedException();

    /// <summary>Brings root, timestamp, snapshot and targets up to date, each verified before it is stored.</summary>
    /// <exception cref="ProblemException">One of the <c>Trust…</c> problems; what was trusted before stays.</exception>
    public Task<TrustedTargets> RefreshAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>What the folder already holds, for a start without network: signatures verified, expiry not asked.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: the folder has no usable root.</exception>
    public TrustedTargets Load() => throw new NotImplementedException();
}
