using System.Net.Http.Headers;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>What devices go by: the fleet's policy, those for labels, and who has one of its own.</summary>
public sealed class PoliciesClient
{
    private const string Root = Wire.Api + "/policy";
    private readonly Wire _wire;

    internal PoliciesClient(Wire wire) => _wire = wire;

    /// <summary>What devices take that have no policy of their own.</summary>
    public Task<FleetPolicyResponse> GetAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Root), FleetJson.Tolerant.FleetPolicyResponse, cancellationToken);

    /// <summary>Sets it.</summary>
    /// <param name="policy">What it should be.</param>
    /// <param name="ifMatch"><see cref="FleetPolicyResponse.ETag"/> of what is changed, or <c>*</c> for whatever is there.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<FleetPolicyResponse> SetAsync(FleetPolicyRequest policy, string ifMatch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ifMatch);
        var call = Call.Put(Root, policy, FleetJson.Tolerant.FleetPolicyRequest);
        return _wire.SendAsync(call with { Headers = h => h.IfMatch.Add(ifMatch == "*" ? EntityTagHeaderValue.Any : EntityTagHeaderValue.Parse(ifMatch)) }, FleetJson.Tolerant.FleetPolicyResponse, cancellationToken);
    }

    /// <summary>What a device goes by, and what it used of it.</summary>
    public Task<DevicePolicyResponse> OfAsync(DeviceId device, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Wire.Api}/devices/{device}/policy"), FleetJson.Tolerant.DevicePolicyResponse, cancellationToken);

    /// <summary>A window of what devices go by.</summary>
    /// <param name="filter">Which devices.</param>
    /// <param name="skip">So many come before the window.</param>
    /// <param name="take">0 to 200.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<PoliciesFound> FindAsync(PolicyFilter filter, int skip, int take, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var path = Call.With(Wire.Api + "/device-policies", ("search", filter.Search), ("origin", filter.Origin), ("mostUsedFirst", filter.MostUsedFirst ? "true" : null), ("skip", skip), ("take", take));
        return _wire.SendAsync(Call.Get(path), FleetJson.Tolerant.PoliciesFound, cancellationToken);
    }
}

/// <summary>Whose policies to find; what is null passes all.</summary>
/// <param name="Search">Part of the device's id or site, in any case.</param>
/// <param name="Origin">Where the policy is from.</param>
/// <param name="MostUsedFirst">Whoever used the largest share of a byte budget comes first; else by id.</param>
public sealed record PolicyFilter(string? Search = null, PolicyOrigin? Origin = null, bool MostUsedFirst = false);
