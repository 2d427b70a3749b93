using System.Net;
using Fleet.Agent.Link;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Onnx.Parcels;

namespace Fleet.Agent.Updates;

/// <summary>Fetches a file in its small form: packed, or as the difference to the same file of a version that is here. Whatever goes wrong, the whole file can still be fetched.</summary>
internal sealed partial class ParcelFetcher(DeviceApi api, BlobStore blobs, StateStore store, TimeProvider time, ILogger<ParcelFetcher> log)
{
    /// <summary>Smaller files are not worth a question.</summary>
    private const int MinBytes = 2048;
    private const int Attempts = 3;

    /// <returns>Whether <paramref name="file"/> is in the store now, bit for bit as it was signed.</returns>
    /// <exception cref="IOException">The disk is full.</exception>
    public async Task<bool> TryAsync(TargetFile file, FetchTally tally, CancellationToken cancellationToken)
    {
        if (file.SizeBytes is < MinBytes or > Parcel.MaxFileBytes || blobs.HasPart(file.Digest))
        {
            return false;
        }

        var (part, held) = (blobs.ParcelOf(file.Digest), Held(file));
        try
        {
            var bytes = await Connection.Retry(Attempts, time).ExecuteAsync(async token => await DownloadAsync(part, file, held, tally, token), cancellationToken);
            await Task.Run(() => Unpack(part, file, held), cancellationToken);
            tally.Save(file.SizeBytes - bytes);
            Came(log, file.Path, bytes, file.SizeBytes, held?.Path ?? "nothing");
            return true;
        }
        catch (Exception e) when (e is ProblemException or HttpRequestException or TimeoutException || (e is IOException io && !DiskRoom.IsMissing(io)))
        {
            Useless(log, file.Path, e.Message);
            return false;
        }
        finally
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                File.Delete(part);
            }
        }
    }

    /// <summary>The same file of the newest version of the same model that is here whole.</summary>
    private TargetFile? Held(TargetFile file)
    {
        var state = store.Current;
        return state.Cameras.SelectMany(c => (Installed?[])[c.A, c.B]).OfType<Installed>()
            .Where(v => file.Path.StartsWith($"models/{v.Version.Model}/", StringComparison.Ordinal))
            .OrderByDescending(v => v.Version.Number)
            .SelectMany(v => v.Files)
            .FirstOrDefault(f => f.Digest != file.Digest && Path.GetFileName(f.Path) == Path.GetFileName(file.Path) && blobs.Has(f.Digest, f.SizeBytes));
    }

    /// <returns>Bytes of the parcel.</returns>
    private async Task<long> DownloadAsync(string part, TargetFile file, TargetFile? held, FetchTally tally, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        stream.Seek(0, SeekOrigin.End);
        try
        {
            await new Download(file.Path, file.SizeBytes, (from, token) => AskAsync(file, held, from, token), time).ReadOnAsync(stream, hash: null, tally, cancellationToken);
            return stream.Length;
        }
        catch (ProblemException)
        {
            // what is here may be the start of another parcel, or all of it
            stream.SetLength(0);
            throw;
        }
    }

    private async Task<HttpResponseMessage> AskAsync(TargetFile file, TargetFile? held, long from, CancellationToken cancellationToken)
    {
        var answer = await api.ParcelAsync(file.Digest, held?.Digest, from, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.NotFound)
        {
            return answer;
        }

        answer.Dispose();
        throw new ProblemException(Problems.ParcelNone, "the control plane has none for this device.");
    }

    private void Unpack(string part, TargetFile file, TargetFile? held)
    {
        var parcel = File.ReadAllBytes(part);
        var from = held is not null && Parcel.NeedsBase(parcel) ? File.ReadAllBytes(blobs.PathOf(held.Digest)) : [];
        var bytes = Parcel.Unpack(parcel, from, new BlobRef(file.Digest, file.SizeBytes));
        File.Delete(part);
        using (var stream = new FileStream(blobs.PartOf(file.Digest), FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        DurableFile.Move(blobs.PartOf(file.Digest), blobs.PathOf(file.Digest));
    }

    [LoggerMessage(1410, LogLevel.Information, "{Path} came as a parcel of {Bytes} bytes instead of {Whole}; it builds on {Base}.")]
    private static partial void Came(ILogger log, string path, long bytes, long whole, string @base);

    [LoggerMessage(1411, LogLevel.Information, "{Path} is fetched whole; its parcel was of no use: {Reason}")]
    private static partial void Useless(ILogger log, string path, string reason);
}
