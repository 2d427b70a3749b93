using System.Buffers;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A file that a role which may do so signed for.</summary>
/// <param name="Path">Target path.</param>
/// <param name="Role">Who signed: <c>targets</c> or a delegated role.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Hashes">Hex hash by algorithm, such as <c>sha256</c>.</param>
/// <param name="IsHashInName">Whether the repository keeps it under its hash (consistent snapshots).</param>
/// <param name="Custom">What the role said of it; null where there is nothing.</param>
public sealed record FoundTarget(string Path, string Role, long SizeBytes, IReadOnlyDictionary<string, string> Hashes, bool IsHashInName, JsonElement? Custom = null)
{
    private const int PieceBytes = 64 << 10;

    /// <summary>The same as devices know files; null where no SHA-256 is stated.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: the SHA-256 is none.</exception>
    public TrustedTarget? ByDigest() => Hashes.ContainsKey(TargetHashes.Sha256) ? TargetsMetadata.Trusted(Path, new TargetEntry(SizeBytes, Hashes, Custom)) : null;

    /// <summary>Path below the repository's address of targets: <c>folder/HASH.name</c> where hashes are in names; to be escaped segment by segment.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: no hash is stated.</exception>
    public string ServedPath()
    {
        if (!IsHashInName)
        {
            return Path;
        }

        var hash = Hashes.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => h.Value).FirstOrDefault()
            ?? throw new ProblemException(Problems.TrustMalformed, $"The target {Path} has no hash; wanted at least one.");
        var slash = Path.LastIndexOf('/') + 1;
        return $"{Path[..slash]}{hash}.{Path[slash..]}";
    }

    /// <summary>Copies at most the signed length and one byte more, and compares length and hashes.</summary>
    /// <param name="from">What a server sends; nothing of it is to be used before this returned.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/>: it is not the file that was signed.</exception>
    public async Task CopyVerifiedAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var hashes = TargetHashes.Start();
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var copied = 0L;
            for (int read; copied <= SizeBytes && (read = await from.ReadAsync(piece.AsMemory(0, (int)Math.Min(PieceBytes, SizeBytes - copied + 1)), cancellationToken)) > 0; copied += read)
            {
                foreach (var hash in hashes.Values)
                {
                    hash.AppendData(piece, 0, read);
                }

                await to.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            }

            if (copied != SizeBytes || !TargetHashes.Fit(Hashes, hashes.ToDictionary(h => h.Key, h => h.Value.GetHashAndReset())))
            {
                throw new ProblemException(Problems.TrustMismatch, $"The target {Path} was served with another length or hash than {Role} signed for; wanted exactly {SizeBytes} bytes with the signed hashes.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
            foreach (var hash in hashes.Values)
            {
                hash.Dispose();
            }
        }
    }
}
