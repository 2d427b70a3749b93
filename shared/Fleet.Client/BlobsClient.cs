using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Files by the SHA-256 of their bytes.</summary>
public sealed class BlobsClient
{
    private const int BufferBytes = 128 * 1024;
    private readonly Wire _wire;

    internal BlobsClient(Wire wire) => _wire = wire;

    /// <summary>Address, below the control plane's, of a blob.</summary>
    public static string Path(Digest digest) => $"{Wire.Api}/blobs/{digest}";

    /// <summary>Digests a file and uploads it; sending one that is already there changes nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told how many bytes were sent; from 0 again when an attempt is repeated.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<BlobRef> UploadFileAsync(string path, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, useAsync: true);
        var digest = await Digest.OfAsync(file, cancellationToken);
        return await UploadAsync(digest, file, progress, cancellationToken);
    }

    /// <summary>Uploads bytes held in memory.</summary>
    public async Task<BlobRef> UploadAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(bytes.Span);
        var call = Put(digest, () => new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } });
        await _wire.SendAsync(call, cancellationToken);
        return new BlobRef(digest, bytes.Length);
    }

    /// <summary>Uploads a stream from its beginning; it stays open, and must be seekable.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.BlobDigest"/> when the bytes do not have the digest.</exception>
    public async Task<BlobRef> UploadAsync(Digest digest, Stream bytes, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await _wire.SendAsync(Put(digest, () => new UploadContent(bytes, progress)), cancellationToken);
        return new BlobRef(digest, bytes.Length);
    }

    /// <summary>Writes a blob to <paramref name="destination"/> from its current position, resuming where a connection breaks, and checks its digest.</summary>
    /// <param name="digest">Which blob.</param>
    /// <param name="destination">Written to; holds bytes that must not be used when this throws.</param>
    /// <param name="progress">Told how many bytes have arrived.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Length of the blob.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.BlobUnknown"/>, or <see cref="Problems.BlobDigest"/> when what came is something else.</exception>
    public async Task<long> DownloadAsync(Digest digest, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var download = new Download(_wire, digest, destination, progress);
        try
        {
            return await download.RunAsync(cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw Answers.Away(_wire.Address, e);
        }
    }

    /// <summary>Downloads a blob to a file that appears only when it is complete and has the digest.</summary>
    /// <returns>Length of the blob.</returns>
    public async Task<long> DownloadFileAsync(Digest digest, string path, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            long length;
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes, useAsync: true))
            {
                length = await DownloadAsync(digest, file, progress, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
            return length;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static Call Put(Digest digest, Func<HttpContent> body) =>
        new(HttpMethod.Put, Path(digest)) { Body = body, Idempotent = true, LongBody = true };

    private sealed class Download(Wire wire, Digest digest, Stream destination, IProgress<long>? progress) : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly byte[] _buffer = new byte[BufferBytes];
        private long _written;

        public async Task<long> RunAsync(CancellationToken cancellationToken)
        {
            await Resilience.Resumed(wire.Options).ExecuteAsync(async token => await RestAsync(token), cancellationToken);
            var got = Digest.FromHash(_hash.GetHashAndReset());
            return got == digest
                ? _written
                : throw new ProblemException(Problems.BlobDigest, $"{wire.Address} sent {_written} bytes with {got} where {digest} was asked for. Nothing of it is to be used; try again.");
        }

        public void Dispose() => _hash.Dispose();

        private async Task RestAsync(CancellationToken cancellationToken)
        {
            var from = _written;
            var call = Call.Get(Path(digest));
            using var response = await wire.OpenAsync(from == 0 ? call : call with { Headers = h => h.Range = new RangeHeaderValue(from, null) }, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var skip = response.StatusCode == HttpStatusCode.PartialContent ? 0 : from;
            int read;
            while ((read = await ReadAsync(body, cancellationToken)) > 0)
            {
                var old = (int)Math.Min(skip, read);
                skip -= old;
                await TakeAsync(_buffer.AsMemory(old, read - old), cancellationToken);
            }
        }

        private async Task<int> ReadAsync(Stream body, CancellationToken cancellationToken)
        {
            try
            {
                return await body.ReadAsync(_buffer, cancellationToken);
            }
            catch (IOException e)
            {
                // so that a broken connection is told from a full disk, which is not worth another attempt
                throw new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
            }
        }

        private async Task TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            await destination.WriteAsync(bytes, cancellationToken);
            _hash.AppendData(bytes.Span);
            _written += bytes.Length;
            progress?.Report(_written);
        }
    }
}
