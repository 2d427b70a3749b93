using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts;

namespace Fleet.Inference;

/// <summary>Engines kept in a folder. Each file is the SHA-256 of the rest, the whole key, and the engine: one that is damaged, or was made for something else, is as good as none, is removed, and is built anew.</summary>
/// <param name="folder">Made when absent.</param>
/// <param name="time">When an engine was used last; null takes the system's clock.</param>
public sealed class EngineCache(string folder, TimeProvider? time = null)
{
    internal const string Extension = ".engine";
    private const int LengthSize = sizeof(int);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The engine kept under <paramref name="key"/>; null when there is none, or it is damaged or stale.</summary>
    public byte[]? Read(EngineKey key)
    {
        var path = Path.Combine(folder, key.FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        if (Content(File.ReadAllBytes(path), key) is not { } engine)
        {
            Delete(path);
            return null;
        }

        File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        return engine;
    }

    /// <summary>The whole file of an engine, to be given away; null as <see cref="Read"/>.</summary>
    public byte[]? ReadFile(EngineKey key) => Has(key) ? File.ReadAllBytes(Path.Combine(folder, key.FileName)) : null;

    /// <summary>Keeps the whole file of an engine that was built elsewhere.</summary>
    /// <param name="key">What it must be made for.</param>
    /// <param name="file">As <see cref="ReadFile"/> gave it.</param>
    /// <param name="builder">Who built it.</param>
    /// <returns>Whether it is whole and made for <paramref name="key"/>; nothing is kept otherwise.</returns>
    public bool Take(EngineKey key, byte[] file, DeviceId builder)
    {
        if (Content(file, key) is not { } engine)
        {
            return false;
        }

        // first whose it is: a cut in between leaves a name without an engine, never an engine under the wrong name
        Directory.CreateDirectory(folder);
        File.WriteAllText(BuilderPath(key), builder.ToString());
        Store(key, engine);
        return true;
    }

    /// <summary>The device that built the engine; null where this one did.</summary>
    public DeviceId? BuilderOf(EngineKey key) =>
        File.Exists(BuilderPath(key)) && DeviceId.TryParse(File.ReadAllText(BuilderPath(key)), null, out var builder) ? builder : null;

    /// <summary>Removes an engine that is of no use.</summary>
    public void Remove(EngineKey key) => Delete(Path.Combine(folder, key.FileName));

    /// <summary>Whether <see cref="Read"/> would find it.</summary>
    public bool Has(EngineKey key) => Read(key) is not null;

    /// <summary>Keeps <paramref name="engine"/>: to disk first, then under its name.</summary>
    public void Keep(EngineKey key, ReadOnlySpan<byte> engine)
    {
        File.Delete(BuilderPath(key));
        Store(key, engine);
    }

    private void Store(EngineKey key, ReadOnlySpan<byte> engine)
    {
        var text = Encoding.UTF8.GetBytes(key.Text);
        Span<byte> length = stackalloc byte[LengthSize];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(length);
        hash.AppendData(text);
        hash.AppendData(engine);
        var temporary = TemporaryPath();
        try
        {
            using (var file = File.Create(temporary))
            {
                file.Write(hash.GetHashAndReset());
                file.Write(length);
                file.Write(text);
                file.Write(engine);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, Path.Combine(folder, key.FileName), overwrite: true);
        }
        catch (IOException)
        {
            // on a full disk the part that was written is in everybody's way
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes engines of models that are not <paramref name="needed"/>, those used longest ago first, until all together take at most <paramref name="maxBytes"/>.</summary>
    /// <returns>Bytes that are left; above <paramref name="maxBytes"/> only where what is needed takes more.</returns>
    public long Trim(IReadOnlySet<Digest> needed, long maxBytes)
    {
        var kept = needed.Select(m => m.Hex).ToHashSet();
        var files = Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles($"*{Extension}") : [];
        var left = files.Sum(f => f.Length);
        foreach (var file in files.Where(f => !kept.Contains(f.Name.Split('-')[0])).OrderBy(f => f.LastWriteTimeUtc))
        {
            if (left <= maxBytes)
            {
                break;
            }

            left -= file.Length;
            Delete(file.FullName);
        }

        return left;
    }

    /// <summary>Removes what a build that was cut short left behind; nothing may be building.</summary>
    public void Sweep()
    {
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.tmp") : [])
        {
            File.Delete(file);
        }
    }

    private string BuilderPath(EngineKey key) => BuilderPath(Path.Combine(folder, key.FileName));

    private static string BuilderPath(string engine) => engine + ".by";

    private static void Delete(string engine)
    {
        File.Delete(engine);
        File.Delete(BuilderPath(engine));
    }

    /// <summary>A name for a file that is not whole yet; <see cref="Sweep"/> removes it.</summary>
    public string TemporaryPath() => Path.Combine(Directory.CreateDirectory(folder).FullName, $"{Path.GetRandomFileName()}.tmp");

    private static byte[]? Content(byte[] file, EngineKey key)
    {
        const int Head = SHA256.HashSizeInBytes + LengthSize;
        if (file.Length <= Head || !SHA256.HashData(file.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(file.AsSpan(0, SHA256.HashSizeInBytes)))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(SHA256.HashSizeInBytes));
        return length > 0 && length < file.Length - Head && Encoding.UTF8.GetString(file, Head, length) == key.Text ? file[(Head + length)..] : null;
    }
}
