using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Agent.Link;

/// <summary>The control plane's device API. Every answer has a limit in bytes and every call a total deadline.</summary>
internal sealed class DeviceApi(HttpClient http, TimeProvider time)
{
    private const long MaxProblemBytes = 64 << 10;
    private const long MaxDesiredBytes = 2 << 20;
    private const long MaxEnrolBytes = 1 << 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UploadDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EngineDeadline = TimeSpan.FromMinutes(30);
    private static readonly (string Name, string Value) TusVersion = ("Tus-Resumable", "1.0.0");
    private string? _desiredTag;

    public Task<EnrolResponse> EnrolAsync(EnrolRequest request, CancellationToken cancellationToken) => WithDeadlineAsync(
        Deadline,
        async token =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "enrol") { Content = Json(JsonSerializer.SerializeToUtf8Bytes(request, FleetJson.Strict.EnrolRequest)) };
            using var answer = await SendAsync(message, token);
            var body = await ReadAsync(answer, MaxEnrolBytes, token);
            return JsonSerializer.Deserialize(body, FleetJson.Tolerant.EnrolResponse) ?? throw new JsonException("The answer to the enrolment is empty.");
        },
        cancellationToken);

    /// <summary>A certificate for the key of the request.</summary>
    public Task<RenewResponse> RenewAsync(RenewRequest request, CancellationToken cancellationToken) => WithDeadlineAsync(
        Deadline,
        async token =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "renew") { Content = Json(JsonSerializer.SerializeToUtf8Bytes(request, FleetJson.Strict.RenewRequest)) };
            using var answer = await SendAsync(message, token);
            var body = await ReadAsync(answer, MaxEnrolBytes, token);
            return JsonSerializer.Deserialize(body, FleetJson.Tolerant.RenewResponse) ?? throw new JsonException("The answer to the renewal is empty.");
        },
        cancellationToken);

    /// <summary>The newest directive's envelope; null when there is none or it is the one that <see cref="Accepted"/> named.</summary>
    public Task<(byte[] Envelope, string? Tag)?> DesiredAsync(CancellationToken cancellationToken) => WithDeadlineAsync<(byte[], string?)?>(
        Deadline,
        async token =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, "desired");
            if (_desiredTag is { } tag)
            {
                message.Headers.TryAddWithoutValidation("If-None-Match", tag);
            }

            using var answer = await SendAsync(message, token, HttpStatusCode.NotModified);
            return answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified
                ? null
                : (await ReadAsync(answer, MaxDesiredBytes, token), answer.Headers.ETag?.ToString());
        },
        cancellationToken);

    /// <summary>The envelope with this tag was dealt with and need not be sent again.</summary>
    public void Accepted(string? tag) => _desiredTag = tag;

    public Task ReportAsync(Reported reported, CancellationToken cancellationToken) => WithDeadlineAsync(
        Deadline,
        async token =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Put, "reported") { Content = Json(JsonSerializer.SerializeToUtf8Bytes(reported, FleetJson.Strict.Reported)) };
            using var answer = await SendAsync(message, token);
            return true;
        },
        cancellationToken);

    /// <summary>A file of release metadata; null where there is none.</summary>
    public Task<byte[]?> TrustAsync(string fileName, long maxBytes, CancellationToken cancellationToken) => WithDeadlineAsync(
        Deadline,
        async token =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, "trust/" + Uri.EscapeDataString(fileName));
            using var answer = await SendAsync(message, token, HttpStatusCode.NotFound);
            return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer, maxBytes, token);
        },
        cancellationToken);

    /// <summary>Begins a download; the caller reads the body and sets its own limits.</summary>
    public Task<HttpResponseMessage> BlobAsync(Digest digest, long from, CancellationToken cancellationToken) => BeginAsync("blobs/" + digest, from, alsoFine: null, cancellationToken);

    /// <summary>Begins the download of a file's parcel, made for a device that has <paramref name="held"/>; answered with 404 where there is none.</summary>
    public Task<HttpResponseMessage> ParcelAsync(Digest digest, Digest? held, long from, CancellationToken cancellationToken) =>
        BeginAsync($"parcels/{digest}{(held is { } known ? $"?base={Uri.EscapeDataString(known.ToString())}" : "")}", from, HttpStatusCode.NotFound, cancellationToken);

    /// <summary>Begins the download of an engine that another device built; answered with 404 where there is none.</summary>
    public Task<HttpResponseMessage> EngineAsync(Digest key, CancellationToken cancellationToken) => BeginAsync("engines/" + key, from: 0, HttpStatusCode.NotFound, cancellationToken);

    /// <summary>Offers an engine that this device built; its bytes are not sent where one is there already.</summary>
    public Task PutEngineAsync(Digest key, string seal, byte[] file, CancellationToken cancellationToken) => WithDeadlineAsync(
        EngineDeadline,
        async token =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Put, "engines/" + key) { Content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } } };
            message.Headers.Add(SealedEngine.Header, seal);
            message.Headers.ExpectContinue = true;
            using var answer = await SendAsync(message, token);
            return true;
        },
        cancellationToken);

    private async Task<HttpResponseMessage> BeginAsync(string path, long from, HttpStatusCode? alsoFine, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (from > 0)
        {
            message.Headers.Range = new RangeHeaderValue(from, null);
        }

        return await WithDeadlineAsync(Deadline, token => SendAsync(message, token, alsoFine), cancellationToken);
    }

    /// <summary>Begins a resumable upload (tus 1.0.0), or finds the one that was begun.</summary>
    /// <returns>Where its bytes go, and how many are there.</returns>
    public Task<(Uri Address, long Offset)> CreateUploadAsync(Digest digest, long lengthBytes, CancellationToken cancellationToken) => WithDeadlineAsync(
        Deadline,
        async token =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "uploads");
            message.Headers.Add(TusVersion.Name, TusVersion.Value);
            message.Headers.Add("Upload-Length", lengthBytes.ToString(CultureInfo.InvariantCulture));
            message.Headers.Add("Upload-Metadata", "digest " + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(digest.ToString())));
            using var answer = await SendAsync(message, token);
            return (answer.Headers.Location ?? throw new ProblemException(Problems.ServerUnexpected, "The answer does not say where the upload is."), OffsetOf(answer));
        },
        cancellationToken);

    /// <summary>Sends bytes of an upload, with their checksum.</summary>
    /// <returns>How many are there now.</returns>
    public Task<long> SendUploadAsync(Uri address, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => WithDeadlineAsync(
        UploadDeadline,
        async token =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Patch, address) { Content = new ReadOnlyMemoryContent(bytes) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
            message.Headers.Add(TusVersion.Name, TusVersion.Value);
            message.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
            message.Headers.Add("Upload-Checksum", "sha256 " + Convert.ToBase64String(SHA256.HashData(bytes.Span)));
            using var answer = await SendAsync(message, token);
            return OffsetOf(answer);
        },
        cancellationToken);

    public Task PutPreviewAsync(FrameMessage frame, byte[] jpeg, CancellationToken cancellationToken) => PutFrameAsync($"cameras/{frame.Camera}/preview", frame, jpeg, cancellationToken);

    /// <summary>The picture that a command asked for.</summary>
    public Task PutSnapshotAsync(CommandId command, FrameMessage frame, byte[] jpeg, CancellationToken cancellationToken) => PutFrameAsync($"commands/{command}/picture", frame, jpeg, cancellationToken);

    /// <summary>The log that a command asked for.</summary>
    public Task PutLogAsync(CommandId command, byte[] text, CancellationToken cancellationToken) => WithDeadlineAsync(
        Deadline,
        async token =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Put, $"commands/{command}/log") { Content = new ByteArrayContent(text) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } } };
            using var answer = await SendAsync(message, token);
            return true;
        },
        cancellationToken);

    private Task<bool> PutFrameAsync(string path, FrameMessage frame, byte[] jpeg, CancellationToken cancellationToken) => WithDeadlineAsync(
        UploadDeadline,
        async token =>
        {
            using var meta = Json(JsonSerializer.SerializeToUtf8Bytes(frame, FleetJson.Strict.FrameMessage));
            using var picture = new ByteArrayContent(jpeg) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
            using var form = new MultipartFormDataContent { { meta, "meta", "meta.json" }, { picture, "frame", "frame.jpg" } };
            using var message = new HttpRequestMessage(HttpMethod.Put, path) { Content = form };
            using var answer = await SendAsync(message, token);
            return true;
        },
        cancellationToken);

    private static long OffsetOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Upload-Offset", out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new ProblemException(Problems.ServerUnexpected, "The answer does not say how much of the upload is there.");

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken, HttpStatusCode? alsoFine = null)
    {
        var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.IsSuccessStatusCode || answer.StatusCode == alsoFine)
        {
            return answer;
        }

        using (answer)
        {
            throw await ProblemAsync(message, answer, cancellationToken);
        }
    }

    private static async Task<ProblemException> ProblemAsync(HttpRequestMessage message, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var what = $"{message.Method} {message.RequestUri!.AbsolutePath} was answered with {(int)answer.StatusCode}";
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            try
            {
                var problem = JsonSerializer.Deserialize(await ReadAsync(answer, MaxProblemBytes, cancellationToken), FleetJson.Tolerant.ProblemResponse);
                return new ProblemException(Problems.Find(problem!.Code), problem.Detail ?? $"{problem.Title} ({what}).");
            }
            catch (JsonException e)
            {
                return new ProblemException(Problems.ServerUnexpected, what + " and a problem that cannot be read.", e);
            }
        }

        return new ProblemException(answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests ? Problems.ServerBusy : Problems.ServerUnexpected, what + ".");
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, long maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > maxBytes)
            {
                throw new ProblemException(Problems.TrustMalformed, $"{answer.RequestMessage?.RequestUri?.AbsolutePath} is longer than the {maxBytes} bytes that are allowed; the rest was not read.");
            }
        }

        return body.ToArray();
    }

    private async Task<T> WithDeadlineAsync<T>(TimeSpan deadline, Func<CancellationToken, Task<T>> callAsync, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(deadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await callAsync(both.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The control plane did not answer within {deadline.TotalSeconds:0} s.", e);
        }
    }

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
