using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Fetches a metadata file by name, such as <c>2.root.json</c>.</summary>
/// <param name="fileName">Name below the repository's metadata address, one segment: a delegated role may be called <c>../x</c>, so escape it.</param>
/// <param name="maxBytes">Stop reading after this many bytes plus one: a longer answer is refused anyway.</param>
/// <param name="cancellationToken">Ends the fetch.</param>
/// <returns>The bytes; null where the repository has no such file (HTTP 404). Every other failure throws.</returns>
public delegate Task<byte[]?> TufFetch(string fileName, long maxBytes, CancellationToken cancellationToken);

/// <summary>Where a metadata file comes from and who verifies it.</summary>
internal sealed record Place(string Role, bool IsVersioned, Func<byte[], TufDocument> Verify)
{
    public static Place Top(RootMetadata root, string role) => new(role, root.ConsistentSnapshot, bytes => root.Verify(role, bytes));

    public static Place Of(RootMetadata root, Delegation role) => new(role.Name, root.ConsistentSnapshot, role.Verify);
}

/// <summary>The repository, as far as it is not trusted: sizes, hashes and versions are held against what was signed.</summary>
internal sealed class TufSource(TufFetch fetch)
{
    /// <summary>A file that another one names with version and perhaps length and hashes.</summary>
    public async Task<TufDocument> NamedAsync(Place place, MetaFile named, CancellationToken cancellationToken)
    {
        var fileName = place.IsVersioned ? $"{named.Version}.{place.Role}.json" : $"{place.Role}.json";
        var bytes = await FetchAsync(place.Role, fileName, named.Length, cancellationToken) ?? throw NotServed(fileName);
        if (!named.Fits(bytes))
        {
            throw new ProblemException(Problems.TrustMismatch, $"{fileName} ({bytes.Length} bytes) does not have the length or hash that was signed for it; wanted exactly the file that was signed.");
        }

        var document = place.Verify(bytes);
        RequireVersion(document, named.Version);
        return document;
    }

    public async Task<byte[]?> FetchAsync(string role, string fileName, long? length, CancellationToken cancellationToken)
    {
        var limit = TufRoles.MaxBytes(role);
        var bytes = await fetch(fileName, Math.Min(limit, length ?? limit), cancellationToken);
        return bytes?.Length > limit
            ? throw new ProblemException(Problems.TrustMalformed, $"{fileName} has more than {limit} bytes; {role} metadata is never that long.")
            : bytes;
    }

    public static void RequireVersion(TufDocument document, long wanted)
    {
        if (document.Version != wanted)
        {
            throw new ProblemException(
                document.Version < wanted ? Problems.TrustRollback : Problems.TrustMismatch,
                $"The {document.Role} metadata says version {document.Version}; wanted {wanted}.");
        }
    }

    public static ProblemException NotServed(string fileName) =>
        new(Problems.TrustMismatch, $"The repository does not serve {fileName}, which must be there; try again later, or tell the operator.");
}
