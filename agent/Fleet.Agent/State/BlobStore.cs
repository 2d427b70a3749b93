using System.Security.Cryptography;
using Fleet.Contracts;

namespace Fleet.Agent.State;

/// <summary>Files by digest. A whole one lies under its digest; one on its way under the same name with <c>.part</c>, or <c>.parcel</c>.</summary>
internal sealed class BlobStore
{
    private readonly string _folder;

    public BlobStore(AgentPaths paths)
    {
        _folder = paths.Blobs;
        DurableFile.MakeFolder(_folder);
        DurableFile.Sweep(_folder);
    }

    public string PathOf(Digest digest) => Path.Combine(_folder, digest.Hex);

    public string PartOf(Digest digest) => PathOf(digest) + ".part";

    /// <summary>The small form of a file, on its way.</summary>
    public string ParcelOf(Digest digest) => PathOf(digest) + ".parcel";

    /// <summary>Some of it is here.</summary>
    public bool HasPart(Digest digest) => new FileInfo(PartOf(digest)) is { Exists: true, Length: > 0 };

    public bool Has(Digest digest, long sizeBytes) => File.Exists(PathOf(digest)) && new FileInfo(PathOf(digest)).Length == sizeBytes;

    /// <summary>Bytes that are still to be fetched for <paramref name="files"/>.</summary>
    public long Missing(IEnumerable<TargetFile> files) => files.DistinctBy(f => f.Digest)
        .Where(f => !Has(f.Digest, f.SizeBytes))
        .Sum(f => f.SizeBytes - (File.Exists(PartOf(f.Digest)) ? Math.Min(f.SizeBytes, new FileInfo(PartOf(f.Digest)).Length) : 0));

    /// <summary>Reads a whole blob and makes sure that it still is what its name says.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/>: it is missing or another; it is removed, so that it is fetched again.</exception>
    public byte[] Read(TargetFile file)
    {
        var path = PathOf(file.Digest);
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (bytes.LongLength == file.SizeBytes && Digest.FromHash(SHA256.HashData(bytes)) == file.Digest)
        {
            return bytes;
        }

        DurableFile.Delete(path);
        throw new ProblemException(Problems.TrustMismatch, $"{file.Path} on this device is not the {file.SizeBytes} bytes that were signed. It was removed and will be fetched again by the next directive.");
    }

    /// <summary>Removes every blob, whole or not, that is not in <paramref name="kept"/>.</summary>
    public int Keep(IReadOnlySet<Digest> kept)
    {
        var names = kept.Select(d => d.Hex).ToHashSet(StringComparer.Ordinal);
        var dead = Directory.EnumerateFiles(_folder).Where(f => !names.Contains(Path.GetFileName(f).Split('.')[0])).ToList();
        dead.ForEach(File.Delete);
        if (dead.Count > 0)
        {
            DurableFile.FlushFolder(_folder);
        }

        return dead.Count;
    }
}
