using System.Net.Http.Headers;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Release metadata (TUF).</summary>
public sealed class TrustClient
{
    private const string Root = Wire.Api + "/trust";
    private readonly Wire _wire;

    internal TrustClient(Wire wire) => _wire = wire;

    /// <summary>A metadata file as it is served, such as <c>timestamp.json</c> or <c>3.targets.json</c>; nothing in it was verified.</summary>
    public Task<byte[]> GetAsync(string file, CancellationToken cancellationToken) =>
        _wire.SendForBytesAsync(Call.Get($"{Root}/{Uri.EscapeDataString(file)}"), cancellationToken);

    /// <summary>A release that waits for another publisher's signature; nothing in it was verified.</summary>
    /// <returns>Null where none waits.</returns>
    public async Task<byte[]?> DraftAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _wire.SendForBytesAsync(Call.Get($"{Root}/draft"), cancellationToken);
        }
        catch (ProblemException e) when (e.Kind == Problems.RouteUnknown)
        {
            return null;
        }
    }

    /// <summary>Hands in who may sign from now on.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/> when it is not signed well enough or not the successor of the root in force.</exception>
    public Task PublishRootAsync(RootRequest signed, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Root}/root", signed, FleetJson.Strict.RootRequest), cancellationToken);

    /// <summary>Lets the server make keys that are to take the place of its own for snapshot, timestamp and directives; the same again until a root names them.</summary>
    public Task<OnlineKeysResponse> NextOnlineKeysAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Root}/online-keys"), FleetJson.Tolerant.OnlineKeysResponse, cancellationToken);

    /// <summary>Hands in a publisher's signed <c>targets.json</c>; the versions it names become released, or wait as a draft where more publishers must sign.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/> when it is not signed well enough or not the successor of the one in force.</exception>
    public Task PublishTargetsAsync(ReadOnlyMemory<byte> signedTargets, CancellationToken cancellationToken) =>
        _wire.SendAsync(
            Call.Post($"{Root}/targets") with
            {
                Body = () => new ReadOnlyMemoryContent(signedTargets) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            },
            cancellationToken);
}
