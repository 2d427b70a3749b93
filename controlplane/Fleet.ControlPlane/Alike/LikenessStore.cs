using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.Vision;

namespace Fleet.ControlPlane.Alike;

/// <summary>What pictures look like, in <see cref="FrameEmbedding.Length"/> numbers each. All of it can be found again: one file of records that is only added to, read at the first use, a torn end left out.</summary>
internal sealed class LikenessStore(DataFolder data)
{
    /// <summary>More are not kept; the oldest go when the file is read.</summary>
    public const int Most = 200_000;

    private const int FlagAt = SHA256.HashSizeInBytes;
    private const int EmbeddingAt = FlagAt + 1;
    private const int RecordBytes = EmbeddingAt + FrameEmbedding.Length;
    private readonly Lock _lock = new();
    private Dictionary<Digest, sbyte[]?>? _all;

    private string File => Path.Combine(data.Folder("looks"), "likeness");

    /// <summary>Those of the pictures that nobody has described yet.</summary>
    public IReadOnlyList<Digest> Missing(IEnumerable<Digest> pictures)
    {
        lock (_lock)
        {
            var all = All_NeedsLock();
            return [.. pictures.Where(p => !all.ContainsKey(p))];
        }
    }

    /// <summary>How far each of the pictures is from one; those that are not described yet, or cannot be, are left out. Null where that one cannot be told from any: it is not described yet, or is no whole picture.</summary>
    public IReadOnlyDictionary<Digest, double>? Distances(Digest from, IEnumerable<Digest> pictures)
    {
        lock (_lock)
        {
            var all = All_NeedsLock();
            if (all.GetValueOrDefault(from) is not { } origin)
            {
                return null;
            }

            var found = new Dictionary<Digest, double>();
            foreach (var picture in pictures)
            {
                if (all.GetValueOrDefault(picture) is { } other)
                {
                    found[picture] = FrameEmbedding.Distance(origin, other);
                }
            }

            return found;
        }
    }

    /// <summary>Keeps what a picture looks like; null keeps that it cannot be told, so that nobody tries again.</summary>
    public void Keep(Digest picture, sbyte[]? likeness)
    {
        Span<byte> record = stackalloc byte[RecordBytes];
        record.Clear();
        Convert.FromHexString(picture.Hex).CopyTo(record);
        if (likeness is not null)
        {
            record[FlagAt] = 1;
            MemoryMarshal.AsBytes<sbyte>(likeness).CopyTo(record[EmbeddingAt..]);
        }

        lock (_lock)
        {
            All_NeedsLock()[picture] = likeness;
            using var file = new FileStream(File, FileMode.Append, FileAccess.Write);
            file.Write(record);
        }
    }

    private Dictionary<Digest, sbyte[]?> All_NeedsLock() => _all ??= Read();

    private Dictionary<Digest, sbyte[]?> Read()
    {
        var bytes = System.IO.File.Exists(File) ? System.IO.File.ReadAllBytes(File) : [];
        var records = bytes.Length / RecordBytes;
        var first = Math.Max(0, records - Most);
        if (first > 0 || bytes.Length % RecordBytes != 0)
        {
            // what is left is written anew: a torn end would shift all that is added after it
            System.IO.File.WriteAllBytes(File, bytes[(first * RecordBytes)..(records * RecordBytes)]);
        }

        var all = new Dictionary<Digest, sbyte[]?>();
        for (var at = first; at < records; at++)
        {
            var record = bytes.AsSpan(at * RecordBytes, RecordBytes);
            all[Digest.FromHash(record[..FlagAt])] = record[FlagAt] == 0 ? null : MemoryMarshal.Cast<byte, sbyte>(record[EmbeddingAt..]).ToArray();
        }

        return all;
    }
}
