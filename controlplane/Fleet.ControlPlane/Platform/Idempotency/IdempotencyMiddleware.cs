using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Platform.Idempotency;

/// <summary>Marks a create that answers the same again for the same <c>Idempotency-Key</c> and body within a day.</summary>
internal sealed class IdempotencyMark
{
    public static readonly IdempotencyMark Instance = new();
}

internal sealed class IdempotencyMiddleware(RequestDelegate next, IDbContextFactory<FleetStore> stores, TimeProvider time)
{
    private const string Header = "Idempotency-Key";
    private const int MaxKeyLength = 200;
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private readonly ConcurrentDictionary<string, byte> _running = new();

    public async Task InvokeAsync(HttpContext http)
    {
        var key = http.Request.Headers[Header].ToString();
        var token = http.User.FindFirstValue(Principals.TokenClaim);
        if (key.Length == 0 || token is null || http.GetEndpoint()?.Metadata.GetMetadata<IdempotencyMark>() is null)
        {
            await next(http);
            return;
        }

        if (key.Length > MaxKeyLength)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{Header} has {key.Length} characters; at most {MaxKeyLength} are taken.");
        }

        var id = Hash(Encoding.UTF8.GetBytes($"{http.User.Name()}\n{http.Request.Method} {http.Request.Path}\n{key}\n{token}"));
        if (!_running.TryAdd(id, 0))
        {
            throw new ProblemException(Problems.ServerBusy, $"A request with this {Header} is being worked on; ask again in a moment.");
        }

        try
        {
            await AnswerAsync(http, id, token);
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    private async Task AnswerAsync(HttpContext http, string id, string token)
    {
        var requestHash = Hash(await BodyAsync(http.Request));
        await using var store = await stores.CreateDbContextAsync(http.RequestAborted);
        var now = time.GetUtcNow();
        await store.Set<IdempotencyRow>().Where(r => r.ExpiresAt <= now).ExecuteDeleteAsync(http.RequestAborted);
        if (await store.Set<IdempotencyRow>().FindAsync([id], http.RequestAborted) is not { } before)
        {
            await RunAsync(http, store, new IdempotencyRow { Id = id, RequestHash = requestHash, ExpiresAt = now + Life }, token);
        }
        else if (before.RequestHash == requestHash)
        {
            await RepeatAsync(http.Response, before, token);
        }
        else
        {
            throw new ProblemException(Problems.RequestInvalid, $"This {Header} was used with another body; take a new key for a new request.");
        }
    }

    private async Task RunAsync(HttpContext http, FleetStore store, IdempotencyRow row, string token)
    {
        var body = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }

        if (http.Response.StatusCode is >= 200 and < 300)
        {
            row.Status = http.Response.StatusCode;
            row.Location = http.Response.Headers.Location;
            row.ContentType = http.Response.ContentType;
            row.SealedBody = Sealed.Close(answer.ToArray(), token);
            store.Add(row);
            await store.SaveChangesAsync(CancellationToken.None);
        }

        answer.Position = 0;
        await answer.CopyToAsync(body, http.RequestAborted);
    }

    private static async Task RepeatAsync(HttpResponse response, IdempotencyRow before, string token)
    {
        response.StatusCode = before.Status;
        response.ContentType = before.ContentType;
        response.Headers.Location = before.Location;
        await response.Body.WriteAsync(Sealed.Open(before.SealedBody, token));
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var copy = new MemoryStream();
        await request.Body.CopyToAsync(copy, request.HttpContext.RequestAborted);
        request.Body.Position = 0;
        return copy.ToArray();
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
