using System.Security.Cryptography;
using Fleet.Agent.Link;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Updates;

/// <summary>Fetches signed files: goes on where a broken download stopped, hashes as it reads, and never reads beyond the signed length.</summary>
internal sealed class BlobFetcher(DeviceApi api, BlobStore blobs, ParcelFetcher parcels, TimeProvider time) : IDisposable
{
    private const int Attempts = 5;
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Makes sure that <paramref name="file"/> is in the store.</summary>
    /// <param name="file">What was signed.</param>
    /// <param name="tally">Told of each read.</param>
    /// <param name="cancellationToken">Gives up; what was received stays.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/>: longer, shorter or other bytes than were signed.</exception>
    public async Task FetchAsync(TargetFile file, FetchTally tally, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!blobs.Has(file.Digest, file.SizeBytes) && !await parcels.TryAsync(file, tally, cancellationToken))
            {
                await Connection.Retry(Attempts, time).ExecuteAsync(async token => await OnceAsync(file, tally, token), cancellationToken);
            }
        }
        catch (IOException e) when (DiskRoom.IsMissing(e))
        {
            // what came is of no use here, and others need the room
            DurableFile.Delete(blobs.ParcelOf(file.Digest));
            DurableFile.Delete(blobs.PartOf(file.Digest));
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task OnceAsync(TargetFile file, FetchTally tally, CancellationToken cancellationToken)
    {
        var part = blobs.PartOf(file.Digest);
        await using (var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            if (stream.Length > file.SizeBytes)
            {
                stream.SetLength(0);
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await ContinueHashAsync(stream, hash, cancellationToken);
            if (stream.Length < file.SizeBytes)
            {
                await DownloadAsync(file, stream, hash, tally, cancellationToken);
            }

            stream.Flush(flushToDisk: true);
            if (Digest.FromHash(hash.GetHashAndReset()) != file.Digest)
            {
                stream.SetLength(0);
                throw new ProblemException(Problems.TrustMismatch, $"{file.Path} has the signed length but not the signed digest; it was thrown away.");
            }
        }

        DurableFile.Move(part, blobs.PathOf(file.Digest));
    }

    private static async Task ContinueHashAsync(FileStream stream, IncrementalHash hash, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }
    }

    private async Task DownloadAsync(TargetFile file, FileStream stream, IncrementalHash hash, FetchTally tally, CancellationToken cancellationToken)
    {
        var download = new Download(file.Path, file.SizeBytes, (from, token) => api.BlobAsync(file.Digest, from, token), time);
        await download.ReadOnAsync(stream, hash, tally, cancellationToken);
        if (stream.Length < file.SizeBytes)
        {
            throw new IOException($"The download of {file.Path} broke off after {stream.Length} of {file.SizeBytes} bytes.");
        }
    }
}
