using System.Text.Json;
using Fleet.Contracts;
using Microsoft.AspNetCore.Http.Features;

namespace Fleet.ControlPlane.Platform.Http;

/// <summary>The multipart form that brings a frame: <c>meta</c> (JSON) and <c>frame</c> (JPEG).</summary>
internal sealed record FrameForm(FrameMessage Meta, byte[] Jpeg)
{
    private const int MaxMetaBytes = 256 << 10;

    /// <summary>Reads and checks form, size, digest and JPEG signature; nothing is stored.</summary>
    public static async Task<FrameForm> ReadAsync(HttpRequest request, int maxJpegBytes, CancellationToken cancellationToken)
    {
        var form = await FormAsync(request, cancellationToken);
        var frame = form.Files.GetFile("frame") ?? throw new ProblemException(Problems.RequestMalformed, "The form has no file part 'frame'; give it a file name.");
        if (frame.Length > maxJpegBytes)
        {
            throw new ProblemException(Problems.RequestTooLarge, $"The picture has {frame.Length} bytes; at most {maxJpegBytes} are taken here.");
        }

        var text = await MetaTextAsync(form, cancellationToken);
        var jpeg = new byte[frame.Length];
        await using var stream = frame.OpenReadStream();
        await stream.ReadExactlyAsync(jpeg, cancellationToken);
        return Of(text, jpeg);
    }

    /// <summary>The same of parts that came in another way.</summary>
    public static FrameForm Of(string metaText, byte[] jpeg)
    {
        var meta = ReadMeta(metaText);
        Check(meta, jpeg);
        return new FrameForm(meta, jpeg);
    }

    private static async Task<IFormCollection> FormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            throw new ProblemException(Problems.RequestMalformed, "The body is not a multipart form; send parts 'meta' (JSON) and 'frame' (JPEG).");
        }

        try
        {
            // the endpoint's own limit bounds the body, so that it can stay in memory
            var limits = new FormOptions { MultipartBodyLengthLimit = long.MaxValue, MemoryBufferThreshold = int.MaxValue, ValueLengthLimit = MaxMetaBytes };
            return await request.ReadFormAsync(limits, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new ProblemException(Problems.RequestMalformed, $"The form breaks off, is damaged, or its 'meta' has more than {MaxMetaBytes} bytes; send 'meta' and 'frame' whole.", e);
        }
    }

    private static async Task<string> MetaTextAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        if (form.TryGetValue("meta", out var text))
        {
            return text.ToString();
        }

        var file = form.Files.GetFile("meta") ?? throw new ProblemException(Problems.RequestMalformed, "The form has no part 'meta'.");
        using var reader = new StreamReader(file.OpenReadStream());
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static FrameMessage ReadMeta(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, FleetJson.Strict.FrameMessage)
                ?? throw new ProblemException(Problems.RequestMalformed, "The part 'meta' is null; wanted a frame's description.");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.RequestMalformed, $"The part 'meta' cannot be read: {e.Message}", e);
        }
    }

    private static void Check(FrameMessage meta, byte[] jpeg)
    {
        if (Digest.Of(jpeg) is var actual && actual != meta.Digest)
        {
            throw new ProblemException(Problems.BlobDigest, $"The picture's digest is {actual}, the form says {meta.Digest}; send it again.");
        }

        if (jpeg.Length < 4 || jpeg is not [0xFF, 0xD8, 0xFF, ..])
        {
            throw new ProblemException(Problems.SamplePicture, "The part 'frame' is not a JPEG.");
        }
    }
}
