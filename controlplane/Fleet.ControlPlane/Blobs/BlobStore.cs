using System.Globalization;
using System.Security.Cryptography;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.ControlPlane.Blobs;

/// <summary>Content-addressed files. A blob is there whole and on the disk, or it is not there at all.</summary>
internal sealed class BlobStore
{
    private readonly string _blobs;
    private readonly string _arriving;

    public BlobStore(string folder)
    {
        _blobs = Directory.CreateDirectory(folder).FullName;
        _arriving = Directory.CreateDirectory(Path.Combine(folder, "arriving")).FullName;
        RemoveLeftovers();
        MakeFolders();
    }

    public string PathOf(Digest digest) => Path.Combine(_blobs, digest.Hex[..2], digest.Hex);

    /// <returns>Null where there is no such blob.</returns>
    public BlobRef? Find(Digest digest)
    {
        var file = new FileInfo(PathOf(digest));
        return file.Exists ? new BlobRef(digest, file.Length) : null;
    }

    /// <exception cref="ProblemException"><see cref="Problems.BlobUnknown"/>.</exception>
    public BlobRef Get(Digest digest) =>
        Find(digest) ?? throw new ProblemException(Problems.BlobUnknown, $"There is no blob {digest}. Upload it with PUT /api/v1/blobs/{digest}.");

    /// <summary>Stores <paramref name="bytes"/> under their digest.</summary>
    public Task<BlobRef> PutAsync(byte[] bytes, CancellationToken cancellationToken) =>
        PutAsync(Digest.Of(bytes), new MemoryStream(bytes, writable: false), bytes.Length, cancellationToken);

    /// <summary>Reads <paramref name="content"/> to its end and stores it, if it has the digest <paramref name="wanted"/>. What is there already stays.</summary>
    /// <exception cref="ProblemException">Another digest, more than <paramref name="limitBytes"/>, or no disk left; nothing is stored.</exception>
    public async Task<BlobRef> PutAsync(Digest wanted, Stream content, long limitBytes, CancellationToken cancellationToken)
    {
        var temp = Path.Combine(_arriving, Guid.NewGuid().ToString("N"));
        try
        {
            var blob = await ReceiveAsync(temp, content, limitBytes, cancellationToken);
            if (blob.Digest != wanted)
            {
                throw new ProblemException(Problems.BlobDigest, $"The bytes have the digest {blob.Digest}, but were sent as {wanted}. Send them again, whole and unchanged.");
            }

            DurableFile.Move(temp, PathOf(wanted));
            return blob;
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            throw new ProblemException(Problems.ServerDiskFull, "The control plane's disk is full, and nothing was stored. Free disk space there, then send it again.", e);
        }
        finally
        {
            File.Delete(temp);
        }
    }

    private static async Task<BlobRef> ReceiveAsync(string temp, Stream content, long limitBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(temp, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[128 << 10];
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (file.Length + count > limitBytes)
            {
                throw new ProblemException(Problems.RequestTooLarge, $"The blob is larger than the {limitBytes} bytes that are taken. Send a smaller one, or raise Fleet:Blobs:MaxBytes.");
            }

            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        file.Flush(flushToDisk: true);
        return new BlobRef(Digest.FromHash(hash.GetHashAndReset()), file.Length);
    }

    private void RemoveLeftovers()
    {
        foreach (var file in Directory.EnumerateFiles(_arriving))
        {
            File.Delete(file);
        }
    }

    // made at once and ahead, so that no blob can lie in a folder which a power cut takes away
    private void MakeFolders()
    {
        for (var first = 0; first <= byte.MaxValue; first++)
        {
            Directory.CreateDirectory(Path.Combine(_blobs, first.ToString("x2", CultureInfo.InvariantCulture)));
        }

        DurableFile.FlushFolder(_blobs);
    }

    private static bool IsDiskFull(IOException e)
    {
        const int noSpace = 28;
        const int quota = 122;
        return e.HResult is noSpace or quota;
    }
}
