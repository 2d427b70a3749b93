using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Enrolment of new devices.</summary>
public sealed class EnrolmentClient
{
    private readonly Wire _wire;

    internal EnrolmentClient(Wire wire) => _wire = wire;

    /// <summary>Makes a one-time token; the device uses it with <c>fleet agent enrol TOKEN</c>.</summary>
    public Task<EnrolmentTokenResponse> CreateTokenAsync(EnrolmentTokenRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(
            Call.Create($"{Wire.Api}/enrolment-tokens", request, FleetJson.Tolerant.EnrolmentTokenRequest), FleetJson.Tolerant.EnrolmentTokenResponse, cancellationToken);
}
