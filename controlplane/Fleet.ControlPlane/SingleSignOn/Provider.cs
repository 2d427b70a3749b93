using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Fleet.ControlPlane.SingleSignOn;

/// <summary>How the provider is asked, and what of it is believed.</summary>
internal static class Provider
{
    public const string Scheme = "oidc";
    public const string StartPath = "/sign-in/oidc";
    public const string AnswerPath = "/sign-in/oidc/answer";
    public const int LargestAnswerBytes = 256 << 10;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SignInLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    // keys of the provider only: 'none' and signatures with the client secret are not among them
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static void Configure(OpenIdConnectOptions oidc, OidcOptions options, string secret)
    {
        (oidc.ClientId, oidc.ClientSecret) = (options.ClientId, secret);

        // the answer comes as an address, so that the cookies need not be sent with forms of other sites
        (oidc.ResponseType, oidc.ResponseMode, oidc.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query, true);
        (oidc.CallbackPath, oidc.RemoteSignOutPath, oidc.SignedOutCallbackPath) = (AnswerPath, default, default);
        oidc.Scope.Clear();
        foreach (var scope in options.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            oidc.Scope.Add(scope);
        }

        (oidc.MapInboundClaims, oidc.SaveTokens, oidc.GetClaimsFromUserInfoEndpoint, oidc.DisableTelemetry) = (false, false, false, true);
        oidc.ClaimActions.Clear();
        oidc.RemoteAuthenticationTimeout = SignInLimit;
        oidc.TokenValidationParameters = Rules(options);
        oidc.EventsType = typeof(SignInEvents);
        Confine(oidc.NonceCookie);
        Confine(oidc.CorrelationCookie);
        Connect(oidc, options);
    }

    private static TokenValidationParameters Rules(OidcOptions options) => new()
    {
        ValidIssuer = options.Issuer,
        ValidAudience = options.ClientId,
        ValidAlgorithms = Algorithms,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ClockSkew = ClockTolerance,
        NameClaimType = options.NameClaim,
        RoleClaimType = options.RoleClaim,
    };

    private static void Confine(CookieBuilder cookie)
    {
        (cookie.SameSite, cookie.SecurePolicy, cookie.HttpOnly) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest, true);
    }

    private static void Connect(OpenIdConnectOptions oidc, OidcOptions options)
    {
        oidc.Backchannel = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = AnswerLimit, PooledConnectionLifetime = SignInLimit })
        {
            Timeout = AnswerLimit,
            MaxResponseContentBufferSize = LargestAnswerBytes,
        };
        oidc.RequireHttpsMetadata = !new Uri(options.Issuer).IsLoopback;
        oidc.MetadataAddress = $"{options.Issuer.TrimEnd('/')}/.well-known/openid-configuration";
        oidc.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
            oidc.MetadataAddress,
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(oidc.Backchannel) { RequireHttps = oidc.RequireHttpsMetadata },
            new ProviderRules(options));
    }
}

/// <summary>What the provider says about itself is used only where it is the configured one, and nothing goes over the network in the clear.</summary>
internal sealed class ProviderRules(OidcOptions options) : IConfigurationValidator<OpenIdConnectConfiguration>
{
    private const int MostKeys = 64;

    public ConfigurationValidationResult Validate(OpenIdConnectConfiguration configuration)
    {
        var wrong = Wrong(configuration);
        return new ConfigurationValidationResult { Succeeded = wrong is null, ErrorMessage = wrong };
    }

    private string? Wrong(OpenIdConnectConfiguration said)
    {
        if (said.Issuer != options.Issuer)
        {
            return "It says that it is another issuer than the configured one.";
        }

        if (said.SigningKeys.Count is 0 or > MostKeys)
        {
            return $"It has {said.SigningKeys.Count} keys; 1 to {MostKeys} are taken.";
        }

        string?[] addresses = [said.AuthorizationEndpoint, said.TokenEndpoint, said.PushedAuthorizationRequestEndpoint ?? said.TokenEndpoint];
        return Array.TrueForAll(addresses, a => a is not null && OidcOptions.IsSafe(a)) ? null : "It names no address, or one that is not https, where people sign in or codes are redeemed.";
    }
}
