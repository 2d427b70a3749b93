using System.Net;
using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Samples;

namespace Fleet.ControlPlane.LabelStudio;

/// <summary>A picture of a task, as a file.</summary>
internal sealed record TaskPicture(Digest Digest, string Path, int WidthPx, int HeightPx);

/// <summary>Gets the pictures of tasks. An address in a task is a stranger's: nothing is fetched but from hosts that the operator named, redirections included.</summary>
internal sealed partial class TaskPictures(LabelStudioOptions options, BlobStore blobs, SampleCatalogue samples, TimeProvider time, ILogger<TaskPictures> logger) : IDisposable
{
    public const int MaxBytes = 16 << 20;
    private const int MaxHops = 3;
    private const int Shown = 120;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _http.Dispose();

    /// <param name="address">What the task says.</param>
    /// <param name="folder">Where a picture that is not one of our own is put.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ProblemException">The picture may not be fetched, or cannot be, or is none.</exception>
    public async Task<TaskPicture> GetAsync(string address, string folder, CancellationToken cancellationToken)
    {
        if (OwnSample().Match(address) is { Success: true } own)
        {
            var sample = Digest.FromHex(own.Groups[1].Value);
            await samples.RequireAsync(sample, cancellationToken);
            var known = JpegHeader.Read(await File.ReadAllBytesAsync(blobs.PathOf(blobs.Get(sample).Digest), cancellationToken));
            return new TaskPicture(sample, blobs.PathOf(sample), known.WidthPx, known.HeightPx);
        }

        var bytes = address.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? Inline(address) : await FetchAsync(address, cancellationToken);
        var size = SizeOf(bytes, address);
        var digest = Digest.Of(bytes);
        var path = Path.Combine(folder, digest.Hex);
        await File.WriteAllBytesAsync(path, bytes, cancellationToken);
        return new TaskPicture(digest, path, size.WidthPx, size.HeightPx);
    }

    private static byte[] Inline(string address)
    {
        var comma = address.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !address.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase) || address.Length - comma > MaxBytes * 4L / 3)
        {
            throw Refuse($"A data URI must be base64 and at most {MaxBytes >> 20} MiB: data:image/jpeg;base64,…");
        }

        var bytes = new byte[address.Length - comma];
        return Convert.TryFromBase64String(address[(comma + 1)..], bytes, out var count) ? bytes[..count] : throw Refuse("A data URI is not base64: a letter of it is none of that alphabet, or it breaks off.");
    }

    private async Task<byte[]> FetchAsync(string text, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(_ => end.Cancel(), null, Limit, Timeout.InfiniteTimeSpan);
        var address = Resolve(options.Server(), text);
        try
        {
            for (var hop = 0; hop < MaxHops; hop++)
            {
                using var answer = await SendAsync(address, end.Token);
                if (answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect && answer.Headers.Location is { } next)
                {
                    address = Resolve(address, next.OriginalString);
                    continue;
                }

                return answer.IsSuccessStatusCode ? await ReadAsync(answer, address, end.Token) : throw Refuse($"{Short(address)} answered {(int)answer.StatusCode}.{(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? " Give an access token of that Label Studio as Fleet:LabelStudio:Token." : "")}");
            }

            throw Refuse($"{Shorten(text)} leads from one address to the next more than {MaxHops} times.");
        }
        catch (HttpRequestException e)
        {
            LogNotFetched(e, Short(address));
            throw new ProblemException(Problems.SamplePicture, $"{Short(address)} could not be reached: {e.HttpRequestError}.", e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refuse($"{Short(address)} took longer than {Limit.TotalSeconds} s.");
        }
    }

    /// <summary>The address, where it may be fetched at all.</summary>
    private Uri Resolve(Uri? from, string text)
    {
        if (!Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var address) || (!IsWeb(address) && from is null))
        {
            throw Refuse($"The picture is given as {Shorten(text)}. Taken are data URIs, pictures of our own samples, addresses of the Label Studio that Fleet:LabelStudio:Url names, and of hosts in Fleet:LabelStudio:ImageHosts.");
        }

        var whole = IsWeb(address) ? address : new Uri(from!, text);
        return IsWeb(whole) && whole.UserInfo.Length == 0 && options.Allows(whole).May ? whole
            : throw Refuse($"Pictures are not fetched from {Short(whole)}: its host is neither the Label Studio of Fleet:LabelStudio:Url nor one of Fleet:LabelStudio:ImageHosts. Add it there, or give the picture as a data URI.");
    }

    // a path that begins with a slash is an absolute file: address to .NET on this system
    private static bool IsWeb(Uri address) => address.IsAbsoluteUri && address.Scheme is "http" or "https";

    private async Task<HttpResponseMessage> SendAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (options.Token.Length > 0 && options.Allows(address).IsServer)
        {
            request.Headers.Add("Authorization", $"Token {options.Token}");
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, Uri address, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MaxBytes)
            {
                throw Refuse($"{Short(address)} is larger than the {MaxBytes >> 20} MiB that are taken.");
            }
        }

        return bytes.ToArray();
    }

    private static (int WidthPx, int HeightPx) SizeOf(byte[] bytes, string address)
    {
        try
        {
            if (bytes is [0xFF, 0xD8, ..])
            {
                var jpeg = JpegHeader.Read(bytes);
                return (jpeg.WidthPx, jpeg.HeightPx);
            }

            var png = Scenes.PngCheck.Read(bytes);
            return (png.WidthPx, png.HeightPx);
        }
        catch (ProblemException e) when (e.Kind == Problems.SceneInvalid)
        {
            throw new ProblemException(Problems.SamplePicture, $"{Shorten(address)} is neither a JPEG nor a whole PNG.", e);
        }
    }

    private static string Short(Uri address) => Shorten(address.GetLeftPart(UriPartial.Path));

    private static string Shorten(string text) => text.Length <= Shown ? text : $"{text[..Shown]}…";

    private static ProblemException Refuse(string detail) => new(Problems.SamplePicture, detail);

    [GeneratedRegex("^(?:https?://[^/?#]+)?/api/v1/samples/sha256(?::|%3[Aa])([0-9a-f]{64})/picture$")]
    private static partial Regex OwnSample();

    [LoggerMessage(EventId = 2200, Level = LogLevel.Warning, Message = "A picture of Label Studio could not be fetched from {Address}")]
    private partial void LogNotFetched(Exception exception, string address);
}
