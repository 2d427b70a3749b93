using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Fleet.Trust;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fleet.ControlPlane.Access;

/// <summary>Endpoints that take the session cookie for a method other than GET or HEAD.</summary>
internal sealed class TakesCookie
{
    public static readonly TakesCookie Yes = new();
}

/// <summary>Endpoints that the console's scripts call with the session cookie: it serves them together with a header that another site's form cannot send.</summary>
internal sealed class TakesPageCookie
{
    public const string Header = "X-Fleet-Page";

    public static readonly TakesPageCookie Yes = new();
}

/// <summary>Endpoints for programs that speak nothing but HTTP Basic: its password is an API key, its name is anything.</summary>
internal sealed class TakesBasic
{
    public static readonly TakesBasic Yes = new();
}

/// <summary>Reads a session token or API key from <c>Authorization: Bearer</c>, else a session from the cookie.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, FleetStore store, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Cookie = "fleet_session";

    /// <summary>Claim that tells a person's session from a key.</summary>
    public const string SessionClaim = "fleet:session";

    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    // the last use of a key is told to the minute, so that reading costs no write each time
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(1);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return await FindAsync(header[Bearer.Length..].Trim(), keys: true);
        }

        if (header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) && TakesBasicHere())
        {
            return KeyOf(header[Basic.Length..].Trim()) is { } key ? await FindAsync(key, keys: true) : Unknown();
        }

        return Request.Cookies[Cookie] is { Length: > 0 } cookie && CookieServes()
            ? await FindAsync(cookie, keys: false)
            : AuthenticateResult.NoResult();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (WantsPage())
        {
            Response.Redirect($"/sign-in?returnUrl={Uri.EscapeDataString(Request.PathBase + Request.Path + Request.QueryString)}");
            return Task.CompletedTask;
        }

        Response.Headers.WWWAuthenticate = TakesBasicHere() ? "Basic realm=\"Fleet\"" : "Bearer";
        return base.HandleChallengeAsync(properties);
    }

    private bool TakesBasicHere() => Context.GetEndpoint()?.Metadata.GetMetadata<TakesBasic>() is not null;

    // a person's session is never a password: it would be kept in another program's settings
    private static string? KeyOf(string credentials)
    {
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials, bytes, out var count))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2);
        return parts is [_, var key] && key.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal) ? key : null;
    }

    // Another site can make a browser send the cookie with a form, so it changes nothing in the API.
    private bool CookieServes() =>
        HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method)
        || !Request.Path.StartsWithSegments("/api")
        || Context.GetEndpoint()?.Metadata.GetMetadata<TakesCookie>() is not null
        || (Request.Headers.ContainsKey(TakesPageCookie.Header) && Context.GetEndpoint()?.Metadata.GetMetadata<TakesPageCookie>() is not null);

    private bool WantsPage() =>
        HttpMethods.IsGet(Request.Method) && !Request.Path.StartsWithSegments("/api") && !Request.Path.StartsWithSegments("/_blazor")
        && Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private async Task<AuthenticateResult> FindAsync(string token, bool keys)
    {
        var hash = OneTimeSecret.Hash(token);
        var now = time.GetUtcNow();
        if (token.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal))
        {
            var key = keys ? await store.Set<ApiKeyRow>().AsNoTracking().SingleOrDefaultAsync(k => k.Hash == hash && k.ExpiresAt > now, Context.RequestAborted) : null;
            if (key is not null && !(now - key.LastUsedAt < UseStep))
            {
                await store.Set<ApiKeyRow>().Where(k => k.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), Context.RequestAborted);
            }

            return key is null ? Unknown() : Success(key.Name, key.Role, token, isSession: false);
        }

        var account = await store.Set<SessionRow>().Where(s => s.Hash == hash && s.ExpiresAt > now)
            .Join(store.Set<OperatorRow>(), s => s.Operator, o => o.Name, (_, o) => new { o.Name, o.Role, o.Disabled })
            .Where(o => !o.Disabled)
            .SingleOrDefaultAsync(Context.RequestAborted);
        return account is null ? Unknown() : Success(account.Name, account.Role, token, isSession: true);
    }

    private static AuthenticateResult Unknown() => AuthenticateResult.Fail("The token is unknown or has expired.");

    private AuthenticateResult Success(string name, Role role, string token, bool isSession)
    {
        List<Claim> claims = [new(ClaimTypes.Name, name), new(ClaimTypes.Role, role.ToString()), new(Principals.TokenClaim, token)];
        if (isSession)
        {
            claims.Add(new Claim(SessionClaim, "true"));
        }

        var identity = new ClaimsIdentity(claims, Scheme.Name, ClaimTypes.Name, ClaimTypes.Role);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}
