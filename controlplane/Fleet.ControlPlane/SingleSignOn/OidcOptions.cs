using System.ComponentModel.DataAnnotations;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;

namespace Fleet.ControlPlane.SingleSignOn;

/// <summary>Section <c>Fleet:Oidc</c>: a company's OpenID Connect provider. Without an issuer there is none.</summary>
internal sealed class OidcOptions
{
    /// <summary>The provider's address, exactly as its tokens name it.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>What the button on the sign-in page calls it; the issuer's host where empty.</summary>
    [StringLength(40)]
    public string Name { get; set; } = "";

    /// <summary>What the provider calls this control plane.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The secret that goes with it, from the environment; refused as an argument.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>A file with that secret, instead.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>The console's address as browsers see it, where something in front of it ends TLS.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>What is asked for, separated by spaces.</summary>
    public string Scopes { get; set; } = "openid profile";

    /// <summary>The claim that names the account.</summary>
    [Required]
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>The claim whose values give the role.</summary>
    [Required]
    public string RoleClaim { get; set; } = "groups";

    /// <summary>Which of its values give which role.</summary>
    public OidcRoles Roles { get; set; } = new();

    /// <summary>Whether people may sign in with it.</summary>
    public bool IsWanted() => Issuer.Length > 0;

    /// <summary>What people read.</summary>
    public string Title() => Name.Length > 0 ? Name : new Uri(Issuer).Host;

    /// <summary>What cannot be used, in sentences.</summary>
    public IEnumerable<string> Wrong()
    {
        if (!IsWanted())
        {
            return ClientId.Length + ClientSecret.Length + ClientSecretFile.Length == 0 ? [] : ["Fleet:Oidc:Issuer is missing; without it nobody can sign in with the provider."];
        }

        return WrongIssuer().Concat(WrongClient());
    }

    /// <exception cref="StartException">The file cannot be read.</exception>
    public string ReadSecret()
    {
        if (ClientSecretFile.Length == 0)
        {
            return ClientSecret;
        }

        try
        {
            return File.ReadAllText(ClientSecretFile).Trim() is { Length: > 0 } secret ? secret : throw new StartException($"Fleet:Oidc:ClientSecretFile {ClientSecretFile} is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"Fleet:Oidc:ClientSecretFile cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether an address of the provider may be used: nothing of a sign-in crosses a network in the clear.</summary>
    public static bool IsSafe(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private IEnumerable<string> WrongIssuer()
    {
        if (!IsSafe(Issuer) || Issuer.Contains('?', StringComparison.Ordinal) || Issuer.Contains('#', StringComparison.Ordinal))
        {
            yield return $"Fleet:Oidc:Issuer is '{Issuer}'; wanted https://PROVIDER (http:// on loopback only), as its tokens name it.";
        }

        if (PublicUrl.Length > 0 && !(IsSafe(PublicUrl) && new Uri(PublicUrl).PathAndQuery == "/"))
        {
            yield return $"Fleet:Oidc:PublicUrl is '{PublicUrl}'; wanted https://ADDRESS without a path.";
        }
    }

    private IEnumerable<string> WrongClient()
    {
        if (ClientId.Length == 0)
        {
            yield return "Fleet:Oidc:ClientId is missing; the provider gave it when this control plane was registered there.";
        }

        if (ClientSecret.Length > 0 == ClientSecretFile.Length > 0)
        {
            yield return "Fleet:Oidc needs the client secret once: in a file as Fleet:Oidc:ClientSecretFile, or in the environment as Fleet__Oidc__ClientSecret.";
        }

        if (!Scopes.Split(' ').Contains("openid", StringComparer.Ordinal))
        {
            yield return $"Fleet:Oidc:Scopes is '{Scopes}'; 'openid' must be one of them.";
        }

        if (!Roles.Any())
        {
            yield return $"Fleet:Oidc:Roles is empty, so that nobody could sign in; say which values of '{RoleClaim}' give a role, as Fleet:Oidc:Roles:Operator=VALUE;VALUE.";
        }
    }
}

/// <summary>Values of a claim for each role, separated by semicolons: directories put commas into the names of groups.</summary>
internal sealed class OidcRoles
{
    public string Viewer { get; set; } = "";

    public string Labeller { get; set; } = "";

    public string Operator { get; set; } = "";

    public string Approver { get; set; } = "";

    public string Admin { get; set; } = "";

    public bool Any() => Ladder().Any(r => r.Values.Length > 0);

    /// <summary>The highest role that one of the values gives; null where none does.</summary>
    public Role? Of(IReadOnlyCollection<string> values)
    {
        foreach (var (role, named) in Ladder())
        {
            if (named.Intersect(values, StringComparer.Ordinal).Any())
            {
                return role;
            }
        }

        return null;
    }

    private IEnumerable<(Role Role, string[] Values)> Ladder() =>
    [
        (Role.Admin, Split(Admin)), (Role.Approver, Split(Approver)), (Role.Operator, Split(Operator)), (Role.Labeller, Split(Labeller)), (Role.Viewer, Split(Viewer)),
    ];

    private static string[] Split(string values) => values.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
