using System.Net;
using System.Net.Http.Headers;

namespace Fleet.Client;

/// <summary>Sends a seekable stream from its beginning, counting, and leaves it open so that the next attempt can send it again.</summary>
internal sealed class UploadContent : HttpContent
{
    private const int BufferBytes = 128 * 1024;
    private readonly Stream _bytes;
    private readonly IProgress<long>? _progress;

    public UploadContent(Stream bytes, IProgress<long>? progress)
    {
        _bytes = bytes;
        _progress = progress;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _bytes.Position = 0;
        var buffer = new byte[BufferBytes];
        long sent = 0;
        int read;
        while ((read = await _bytes.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            sent += read;
            _progress?.Report(sent);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _bytes.Length;
        return true;
    }
}
