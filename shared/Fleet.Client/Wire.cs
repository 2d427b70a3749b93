using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts;
using Polly;
using Polly.Timeout;

namespace Fleet.Client;

/// <summary>Sends calls with the token, retries those that may be repeated, and turns failures into problems.</summary>
internal sealed class Wire
{
    public const string Api = "/api/v1";

    private readonly HttpClient _http;
    private readonly FleetClientOptions _options;
    private readonly ResiliencePipeline<HttpResponseMessage> _once;
    private readonly ResiliencePipeline<HttpResponseMessage> _repeated;
    private readonly ResiliencePipeline<HttpResponseMessage> _long;

    public Wire(HttpClient http, FleetClientOptions options)
    {
        _http = http;
        _options = options;
        _once = Resilience.Once(options);
        _repeated = Resilience.Repeated(options, options.AttemptTimeout);
        _long = Resilience.Repeated(options, attempt: null);
    }

    public Uri Address => _options.Address;

    public FleetClientOptions Options => _options;

    public Wire WithToken(string? token) => new(_http, _options with { Token = token });

    public async Task SendAsync(Call call, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(call, cancellationToken);
    }

    public async Task<T> SendAsync<T>(Call call, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class =>
        await SendOrNothingAsync(call, type, cancellationToken) ?? throw Answers.Unreadable(Address, call.Path, "an empty answer");

    /// <returns>Null for 204 or an empty body.</returns>
    public async Task<T?> SendOrNothingAsync<T>(Call call, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        using var response = await OpenAsync(call, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return null;
        }

        var bytes = await ReadAsync(response, cancellationToken);
        try
        {
            return bytes.Length == 0 ? null : JsonSerializer.Deserialize(bytes, type);
        }
        catch (JsonException e)
        {
            throw Answers.Unreadable(Address, call.Path, $"what this client cannot read ({e.Message})", e);
        }
    }

    public async Task<byte[]> SendForBytesAsync(Call call, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(call, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>The answer once its head is there; the caller reads and disposes it.</summary>
    /// <exception cref="ProblemException">The server refused or did not answer.</exception>
    public async Task<HttpResponseMessage> OpenAsync(Call call, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await Pipeline(call).ExecuteAsync(
                static async (state, token) => await state.Wire.AttemptAsync(state.Call, token), (Wire: this, Call: call), cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            throw Answers.Away(Address, e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await Answers.ProblemAsync(response, Address, call.Path, cancellationToken);
        }
    }

    /// <summary>All items of a listing, a page at a time.</summary>
    public static async IAsyncEnumerable<T> ListAsync<T>(
        Func<string?, CancellationToken, Task<Page<T>>> page,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var (items, next) = await page(cursor, cancellationToken);
            foreach (var item in items)
            {
                yield return item;
            }

            cursor = next;
        }
        while (cursor is not null);
    }

    private ResiliencePipeline<HttpResponseMessage> Pipeline(Call call) => call switch
    {
        { LongBody: true } => _long,
        { Idempotent: true } => _repeated,
        _ => _once,
    };

    private async Task<HttpResponseMessage> AttemptAsync(Call call, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, $"{Address.AbsoluteUri.TrimEnd('/')}{call.Path}") { Content = call.Body?.Invoke() };
        call.Headers?.Invoke(request.Headers);
        if (_options.Token is { Length: > 0 } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Answers.Away(Address, e);
        }
    }
}
