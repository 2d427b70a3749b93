using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Accounts, sessions, sign-in links and API keys.</summary>
public sealed class AccessClient
{
    private readonly Wire _wire;

    internal AccessClient(Wire wire) => _wire = wire;

    /// <summary>Makes the first account with the one-time token of the first start.</summary>
    public Task<SessionResponse> CreateFirstOperatorAsync(FirstOperatorRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Wire.Api}/first-operator", request, FleetJson.Tolerant.FirstOperatorRequest), FleetJson.Tolerant.SessionResponse, cancellationToken);

    /// <summary>Signs in; give the token to <see cref="FleetClient.WithToken"/>.</summary>
    public Task<SessionResponse> SignInAsync(SignInRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Wire.Api}/session", request, FleetJson.Tolerant.SignInRequest), FleetJson.Tolerant.SessionResponse, cancellationToken);

    /// <summary>How people sign in there, beside name and password.</summary>
    public Task<SignInWays> SignInWaysAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Wire.Api}/sign-in-ways"), FleetJson.Tolerant.SignInWays, cancellationToken);

    /// <summary>Who the token belongs to.</summary>
    public Task<WhoAmI> WhoAmIAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Wire.Api}/session"), FleetJson.Tolerant.WhoAmI, cancellationToken);

    /// <summary>Ends the session; its token is dead afterwards.</summary>
    public Task SignOutAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Delete($"{Wire.Api}/session"), cancellationToken);

    /// <summary>Makes a one-time link that signs the same person in on another browser.</summary>
    public Task<SignInLink> CreateSignInLinkAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Wire.Api}/sign-in-links"), FleetJson.Tolerant.SignInLink, cancellationToken);

    /// <summary>Makes an API key; the answer is the only place that shows it.</summary>
    public Task<ApiKeyResponse> CreateApiKeyAsync(ApiKeyRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create($"{Wire.Api}/api-keys", request, FleetJson.Tolerant.ApiKeyRequest), FleetJson.Tolerant.ApiKeyResponse, cancellationToken);

    /// <summary>All API keys, without their secrets; for an Operator those of trainers.</summary>
    public IAsyncEnumerable<ApiKeyEntry> ApiKeysAsync(CancellationToken cancellationToken) => Wire.ListAsync(
        (cursor, token) => _wire.SendAsync(Call.Get(Call.With($"{Wire.Api}/api-keys", ("cursor", cursor))), FleetJson.Tolerant.PageApiKeyEntry, token), cancellationToken);

    /// <summary>Ends an API key.</summary>
    public Task RevokeApiKeyAsync(string id, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Delete($"{Wire.Api}/api-keys/{Uri.EscapeDataString(id)}"), cancellationToken);
}
