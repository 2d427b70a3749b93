using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Two versions on the same frames.</summary>
public sealed class ComparisonsClient
{
    private const string Root = Wire.Api + "/comparisons";
    private readonly Wire _wire;

    internal ComparisonsClient(Wire wire) => _wire = wire;

    /// <summary>Asks for a comparison; one that was asked for before is answered as it stands, and taken up again where it failed or was stopped.</summary>
    public Task<ComparisonResponse> AskAsync(ComparisonRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create(Root, request, FleetJson.Tolerant.ComparisonRequest), FleetJson.Tolerant.ComparisonResponse, cancellationToken);

    /// <summary>A comparison as it stands.</summary>
    public Task<ComparisonResponse> GetAsync(string id, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{Uri.EscapeDataString(id)}"), FleetJson.Tolerant.ComparisonResponse, cancellationToken);

    /// <summary>Stops a comparison; what was found is kept.</summary>
    public Task CancelAsync(string id, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Delete($"{Root}/{Uri.EscapeDataString(id)}"), cancellationToken);
}
