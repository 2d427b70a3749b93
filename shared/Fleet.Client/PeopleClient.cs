using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>People and their roles; for Admins, but for choosing a password.</summary>
public sealed class PeopleClient
{
    private const string Root = Wire.Api + "/people";
    private readonly Wire _wire;

    internal PeopleClient(Wire wire) => _wire = wire;

    /// <summary>Everyone, by name.</summary>
    public IAsyncEnumerable<PersonResponse> ListAsync(CancellationToken cancellationToken) => Wire.ListAsync(
        (cursor, token) => _wire.SendAsync(Call.Get(Call.With(Root, ("cursor", cursor))), FleetJson.Tolerant.PagePersonResponse, token), cancellationToken);

    /// <summary>Makes an account without a password and a link to choose one.</summary>
    public Task<PersonLink> InviteAsync(InviteRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create(Root, request, FleetJson.Tolerant.InviteRequest), FleetJson.Tolerant.PersonLink, cancellationToken);

    /// <summary>Changes what someone may do, or shuts them out.</summary>
    public Task<PersonResponse> ChangeAsync(string name, PersonRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put(Of(name), request, FleetJson.Tolerant.PersonRequest), FleetJson.Tolerant.PersonResponse, cancellationToken);

    /// <summary>Removes an account.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellationToken) => _wire.SendAsync(Call.Delete(Of(name)), cancellationToken);

    /// <summary>Makes a link with which someone chooses a new password; links made for them before are dead.</summary>
    public Task<PersonLink> CreatePasswordLinkAsync(string name, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Of(name)}/password-links"), FleetJson.Tolerant.PersonLink, cancellationToken);

    /// <summary>Chooses a password with the token of a link, signs in, and ends all other sessions of that person.</summary>
    public Task<SessionResponse> ChoosePasswordAsync(PasswordRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Wire.Api}/password", request, FleetJson.Tolerant.PasswordRequest), FleetJson.Tolerant.SessionResponse, cancellationToken);

    private static string Of(string name) => $"{Root}/{Uri.EscapeDataString(name)}";
}
