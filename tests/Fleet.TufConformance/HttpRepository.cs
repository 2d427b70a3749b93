using System.Net;
using Fleet.Trust;

namespace Fleet.TufConformance;

/// <summary>A repository behind HTTP: no proxy, redirects, cookies or compression, so that only the given address is asked and only its bytes are counted.</summary>
internal sealed class HttpRepository(Uri metadata, Uri? targets) : IDisposable
{
    private static readonly TimeSpan MetadataDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TargetDeadline = TimeSpan.FromMinutes(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        MaxResponseHeadersLength = 16, // KiB
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // it would not cover the body
    };

    /// <inheritdoc cref="TufFetch"/>
    public async Task<byte[]?> MetadataAsync(string fileName, long maxBytes, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(MetadataDeadline, cancellationToken);
        using var answer = await _http.GetAsync(new Uri(metadata, Uri.EscapeDataString(fileName)), HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer.EnsureSuccessStatusCode(), maxBytes + 1, deadline.Token);
    }

    /// <summary>Copies a target into <paramref name="into"/>, which is worth nothing where this throws.</summary>
    public async Task TargetAsync(FoundTarget target, Stream into, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(TargetDeadline, cancellationToken);
        var path = string.Join('/', target.ServedPath().Split('/').Select(Uri.EscapeDataString));
        using var answer = await _http.GetAsync(new Uri(targets!, path), HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        await using var body = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(deadline.Token);
        await target.CopyVerifiedAsync(body, into, deadline.Token);
    }

    public void Dispose() => _http.Dispose();

    private static CancellationTokenSource Deadline(TimeSpan span, CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(span);
        return deadline;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, long most, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var piece = new byte[16 << 10];
        for (int read; bytes.Length < most && (read = await body.ReadAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, most - bytes.Length)), cancellationToken)) > 0;)
        {
            bytes.Write(piece, 0, read);
        }

        return bytes.ToArray();
    }
}
