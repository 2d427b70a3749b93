using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>What a person or a key may do; each role may also do what the ones before may, up to Admin.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    /// <summary>See everything.</summary>
    Viewer,

    /// <summary>Label samples.</summary>
    Labeller,

    /// <summary>Enrol devices, register versions, start rollouts and training runs.</summary>
    Operator,

    /// <summary>Agree to rollouts.</summary>
    Approver,

    /// <summary>Everything, accounts included.</summary>
    Admin,

    /// <summary>A trainer: takes runs, reads blobs, registers versions. Not part of the ladder.</summary>
    Trainer,
}

/// <summary>Uses the one-time link of the first start and makes the first account, an Admin.</summary>
/// <param name="Token">From the link.</param>
/// <param name="Name">As in <see cref="InviteRequest"/>.</param>
/// <param name="Password">12 to 256 characters.</param>
public sealed record FirstOperatorRequest(
    [property: Required, StringLength(200)] string Token,
    [property: Required, StringLength(64, MinimumLength = 3), RegularExpression(PersonName.Rule)] string Name,
    [property: Required, StringLength(256, MinimumLength = 12)] string Password);

/// <summary>Signs in: with name and password, or with the token of a one-time sign-in link.</summary>
/// <param name="Name">Account.</param>
/// <param name="Password">Its password.</param>
/// <param name="Link">Token of a sign-in link, instead of both.</param>
public sealed record SignInRequest(
    [property: StringLength(64)] string? Name,
    [property: StringLength(256)] string? Password,
    [property: StringLength(200)] string? Link);

/// <summary>A signed-in session. The token goes into <c>Authorization: Bearer</c>; the same is set as the cookie <c>fleet_session</c>, which serves reading only.</summary>
/// <param name="Token">Secret.</param>
/// <param name="Name">Account.</param>
/// <param name="Role">Its role.</param>
/// <param name="ExpiresAt">Sign in again after this.</param>
public sealed record SessionResponse(string Token, string Name, Role Role, DateTimeOffset ExpiresAt);

/// <summary>How people sign in here, beside name and password.</summary>
/// <param name="Provider">What the company's sign-in is called; null where there is none.</param>
/// <param name="Path">Where a browser begins it, below the console's address; null where there is none.</param>
public sealed record SignInWays(string? Provider, string? Path);

/// <summary>Who is asking.</summary>
/// <param name="Name">Account or key.</param>
/// <param name="Role">Its role.</param>
public sealed record WhoAmI(string Name, Role Role);

/// <summary>A one-time link that signs its maker in on another browser within ten minutes.</summary>
/// <param name="Path">Path and query below the console's address.</param>
/// <param name="ExpiresAt">Dead after this.</param>
public sealed record SignInLink(string Path, DateTimeOffset ExpiresAt);

/// <summary>Asks for an API key.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do, not above the asker's own.</param>
/// <param name="Days">Valid for so long.</param>
public sealed record ApiKeyRequest([property: Required, StringLength(64, MinimumLength = 1)] string Name, Role Role, [property: Range(1, 3650)] int Days = 90);

/// <summary>An API key, shown once.</summary>
/// <param name="Id">To revoke it.</param>
/// <param name="Key">Secret; goes into <c>Authorization: Bearer</c>.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do.</param>
/// <param name="ExpiresAt">Dead after this.</param>
public sealed record ApiKeyResponse(string Id, string Key, string Name, Role Role, DateTimeOffset ExpiresAt);
