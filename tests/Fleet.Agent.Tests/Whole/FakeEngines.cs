using System.Collections.Concurrent;
using Fleet.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Agent.Tests.Whole;

/// <summary>Engines that devices offered, by key, with their seals; given to whoever asks.</summary>
internal sealed class FakeEngines : ConcurrentDictionary<Digest, (string Seal, byte[] File)>
{
    public void Map(IEndpointRouteBuilder device)
    {
        device.MapGet("/engines/{key}", Get);
        device.MapPut("/engines/{key}", PutAsync);
    }

    private IResult Get(string key, HttpContext http)
    {
        if (!TryGetValue(Digest.Parse(key), out var engine))
        {
            return Results.NotFound();
        }

        http.Response.Headers[SealedEngine.Header] = engine.Seal;
        return Results.Bytes(engine.File);
    }

    private async Task<IResult> PutAsync(string key, HttpContext http)
    {
        using var file = new MemoryStream();
        await http.Request.Body.CopyToAsync(file, http.RequestAborted);
        this[Digest.Parse(key)] = (http.Request.Headers[SealedEngine.Header].ToString(), file.ToArray());
        return Results.Created();
    }
}
