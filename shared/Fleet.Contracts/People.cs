using System.ComponentModel.DataAnnotations;

namespace Fleet.Contracts;

/// <summary>Someone with an account.</summary>
/// <param name="Name">Account.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Disabled">They may not sign in.</param>
/// <param name="Invited">They have not chosen a password yet.</param>
/// <param name="LastSignInAt">When they signed in last; null before.</param>
/// <param name="Issuer">Who vouches for them and says their role: the address of the company's sign-in; null for an account with a password.</param>
public sealed record PersonResponse(string Name, Role Role, bool Disabled, bool Invited, DateTimeOffset? LastSignInAt, string? Issuer = null);

/// <summary>Invites someone, who chooses a password with the link.</summary>
/// <param name="Name">3 to 64 letters, digits and <c>. _ - @ +</c>, beginning with a letter or digit.</param>
/// <param name="Role">What they may do; not Trainer, which is for keys.</param>
public sealed record InviteRequest(
    [property: Required, StringLength(64, MinimumLength = 3), RegularExpression(PersonName.Rule)] string Name, Role Role);

/// <summary>A one-time link with which someone chooses a password. Whoever opens it first is them: give it to nobody else.</summary>
/// <param name="Name">Account.</param>
/// <param name="Path">Path and query below the console's address.</param>
/// <param name="ExpiresAt">Dead after this.</param>
public sealed record PersonLink(string Name, string Path, DateTimeOffset ExpiresAt);

/// <summary>What someone shall be.</summary>
/// <param name="Role">What they may do; not Trainer.</param>
/// <param name="Disabled">They may not sign in, and are signed out.</param>
public sealed record PersonRequest(Role Role, bool Disabled);

/// <summary>Chooses a password with a link from an invitation or a reset.</summary>
/// <param name="Token">From the link.</param>
/// <param name="Password">12 to 256 characters.</param>
public sealed record PasswordRequest(
    [property: Required, StringLength(200)] string Token,
    [property: Required, StringLength(256, MinimumLength = 12)] string Password);

/// <summary>An API key without its secret.</summary>
/// <param name="Id">To revoke it.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="ExpiresAt">Dead after this.</param>
/// <param name="LastUsedAt">To the minute; null before its first use.</param>
public sealed record ApiKeyEntry(string Id, string Name, Role Role, string CreatedBy, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>What an account may be called.</summary>
public static class PersonName
{
    /// <summary>As a regular expression.</summary>
    public const string Rule = @"^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$";
}
