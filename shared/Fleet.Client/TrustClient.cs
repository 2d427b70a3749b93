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

    /// <summary>Hands in a publisher's signed <c>targets.json</c>; the versions it names become released.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ReleaseUntrusted"/> when it is not signed well enough or not the successor of the one in force.</exception>
    public Task PublishTargetsAsync(ReadOnlyMemory<byte> signedTargets, CancellationToken cancellationToken) =>
        _wire.SendAsync(
            Call.Post($"{Root}/targets") with
            {
                Body = () => new ReadOnlyMemoryContent(signedTargets) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            },
            cancellationToken);
}
