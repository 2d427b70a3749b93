using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Samples;

/// <summary>An upload as its file says it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Id">Its name in addresses.</param>
/// <param name="LengthBytes">All it will have.</param>
/// <param name="OffsetBytes">What is on the disk.</param>
/// <param name="IsDone">It was taken in.</param>
/// <param name="ExpiresAt">When it is removed if nothing comes.</param>
internal sealed record Upload(string Path, string Id, long LengthBytes, long OffsetBytes, bool IsDone, DateTimeOffset ExpiresAt);

/// <summary>A checksum that bytes came with.</summary>
internal sealed record UploadSum(HashAlgorithmName Algorithm, byte[] Value);

/// <summary>Uploads that are under way: one file each, named after id and length, its size the offset. What was acknowledged is on the disk.</summary>
internal sealed class UploadFolder(string folder)
{
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    /// <summary>A device that begins more loses the one that rested longest.</summary>
    private const int MostOfDevice = 64;
    private const string PartEnd = ".part";
    private const string DoneEnd = ".done";
    private const int BufferBytes = 64 << 10;
    private readonly ConcurrentDictionary<string, bool> _written = new();

    /// <exception cref="ProblemException"><see cref="Problems.UploadUnknown"/>.</exception>
    public Upload Get(DeviceId device, string id) =>
        Find(device, id) ?? throw new ProblemException(Problems.UploadUnknown, $"There is no upload {id}, or it has expired. Create it with POST.");

    public Upload? Find(DeviceId device, string id) =>
        Of(device) is var own && Directory.Exists(own) && Directory.EnumerateFiles(own, id + ".*").Order(StringComparer.Ordinal).FirstOrDefault() is { } path ? Read(path) : null;

    public Upload Create(DeviceId device, string id, long lengthBytes)
    {
        Directory.CreateDirectory(Of(device));
        foreach (var rested in Directory.GetFiles(Of(device)).OrderByDescending(File.GetLastWriteTimeUtc).Skip(MostOfDevice - 1))
        {
            File.Delete(rested);
        }

        var path = Path.Combine(Of(device), string.Create(CultureInfo.InvariantCulture, $"{id}.{lengthBytes}{PartEnd}"));
        File.Create(path).Dispose();
        return Read(path);
    }

    /// <summary>Takes bytes in. Of a body that breaks off, what came stays, unless it came with a checksum.</summary>
    /// <exception cref="ProblemException">Another offset, more than the upload has, another checksum, or someone else writes.</exception>
    public async Task<Upload> AppendAsync(Upload upload, long offset, Stream body, UploadSum? sum, CancellationToken cancellationToken)
    {
        if (!_written.TryAdd(upload.Path, true))
        {
            throw new ProblemException(Problems.UploadLocked, $"Another request writes to upload {upload.Id}. Try again in a moment.");
        }

        try
        {
            await using var file = new FileStream(upload.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            if (file.Length != offset)
            {
                throw new ProblemException(Problems.UploadOffset, $"The upload is at {file.Length}, the bytes begin at {offset}. Ask for its offset and go on from there.");
            }

            await WriteAsync(file, upload, body, sum, cancellationToken);
            return upload with { OffsetBytes = file.Length };
        }
        finally
        {
            _written.TryRemove(upload.Path, out _);
        }
    }

    public static Task<byte[]> ReadAsync(Upload upload, CancellationToken cancellationToken) => File.ReadAllBytesAsync(upload.Path, cancellationToken);

    /// <summary>It was taken in: its bytes go, that it is done stays known for a while.</summary>
    public static void Finish(Upload upload)
    {
        if (!upload.IsDone)
        {
            File.Create(upload.Path[..^PartEnd.Length] + DoneEnd).Dispose();
            File.Delete(upload.Path);
        }
    }

    public static void Remove(Upload upload) => File.Delete(upload.Path);

    /// <summary>Removes what has expired.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(p => Read(p).ExpiresAt <= now))
        {
            File.Delete(path);
        }
    }

    private static Upload Read(string path)
    {
        var words = Path.GetFileName(path).Split('.');
        var (length, isDone) = (long.Parse(words[1], CultureInfo.InvariantCulture), path.EndsWith(DoneEnd, StringComparison.Ordinal));
        return new Upload(path, words[0], length, isDone ? length : new FileInfo(path).Length, isDone, new DateTimeOffset(File.GetLastWriteTimeUtc(path)) + Lasts);
    }

    private static async Task WriteAsync(FileStream file, Upload upload, Stream body, UploadSum? sum, CancellationToken cancellationToken)
    {
        using var hash = sum is null ? null : IncrementalHash.CreateHash(sum.Algorithm);
        var (from, isWhole) = (file.Length, false);
        file.Seek(0, SeekOrigin.End);
        try
        {
            var buffer = new byte[BufferBytes];
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (file.Position + read > upload.LengthBytes)
                {
                    throw new ProblemException(Problems.RequestTooLarge, $"The upload was created for {upload.LengthBytes} bytes, but more came.");
                }

                hash?.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            if (hash is not null && !hash.GetHashAndReset().AsSpan().SequenceEqual(sum!.Value))
            {
                throw new ProblemException(Problems.UploadChecksum, $"The {file.Position - from} bytes have another checksum than they came with. Send them again.");
            }

            isWhole = true;
        }
        finally
        {
            if (!isWhole && sum is not null)
            {
                file.SetLength(from);
            }

            file.Flush(flushToDisk: true);
        }
    }

    private string Of(DeviceId device) => Path.Combine(folder, device.ToString());
}
