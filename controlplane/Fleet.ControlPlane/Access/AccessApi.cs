using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Broker;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Access;

internal static class AccessApi
{
    public static void AddAccess(this IServiceCollection services)
    {
        services.AddScoped<Accounts>().AddScoped<People>().AddScoped<VouchedPeople>().AddScoped<ApiKeys>();
        services.AddAuthentication(Policies.PeopleScheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(Policies.PeopleScheme, null);
        services.AddReconciler<AccessSweep>();
    }

    public static void MapAccess(this Routes routes)
    {
        var api = routes.Operator;
        api.MapPost("/first-operator", CreateFirstAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn);
        api.MapPost("/session", SignInAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn);
        api.MapGet("/session", WhoIsAsking).RequireAuthorization(Policies.Any);
        api.MapDelete("/session", SignOutAsync).RequireAuthorization(Policies.Any).WithMetadata(TakesCookie.Yes);
        api.MapPost("/sign-in-links", MakeLinkAsync).RequireAuthorization(Policies.Any);
        api.MapGet("/api-keys", (ClaimsPrincipal user, ApiKeys keys, [AsParameters] PageQuery page, CancellationToken cancellationToken) =>
            keys.ListAsync(page, user.Role()!.Value, cancellationToken)).RequireAuthorization(Policies.Operator);
        api.MapPost("/api-keys", MakeKeyAsync).RequireAuthorization(Policies.Operator).AcceptsIdempotencyKey();
        api.MapDelete("/api-keys/{id}", RevokeKeyAsync).RequireAuthorization(Policies.Operator);
        routes.MapPeople();
    }

    private static async Task<Ok<SessionResponse>> CreateFirstAsync(FirstOperatorRequest request, Accounts accounts, HttpContext http, CancellationToken cancellationToken)
    {
        AuditMiddleware.Claim(http, request.Name);
        return SignedIn(http, await accounts.CreateFirstAsync(request, cancellationToken));
    }

    private static async Task<Ok<SessionResponse>> SignInAsync(SignInRequest request, Accounts accounts, HttpContext http, CancellationToken cancellationToken)
    {
        AuditMiddleware.Claim(http, request.Name ?? "with a link");
        return SignedIn(http, request switch
        {
            { Link: { } link, Name: null, Password: null } => await accounts.SignInByLinkAsync(link, cancellationToken),
            { Name: { } name, Password: { } password, Link: null } => await accounts.SignInAsync(name, password, cancellationToken),
            _ => throw new ProblemException(Problems.RequestInvalid, "Send name and password, or the token of a link; not both, not neither."),
        });
    }

    public static Ok<SessionResponse> SignedIn(HttpContext http, SessionResponse session)
    {
        http.Response.Cookies.Append(TokenAuthentication.Cookie, session.Token, CookieOptions(http, session.ExpiresAt));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(session);
    }

    private static WhoAmI WhoIsAsking(ClaimsPrincipal user) => new(user.Name(), user.Role()!.Value);

    private static async Task<NoContent> SignOutAsync(HttpContext http, Accounts accounts, CancellationToken cancellationToken)
    {
        await accounts.SignOutAsync(http.User.FindFirstValue(Principals.TokenClaim)!, cancellationToken);
        http.Response.Cookies.Delete(TokenAuthentication.Cookie, CookieOptions(http, expires: null));
        return TypedResults.NoContent();
    }

    private static async Task<SignInLink> MakeLinkAsync(ClaimsPrincipal user, Accounts accounts, CancellationToken cancellationToken) =>
        user.HasClaim(c => c.Type == TokenAuthentication.SessionClaim)
            ? await accounts.MakeLinkAsync(user.Name(), cancellationToken)
            : throw new ProblemException(Problems.AuthForbidden, "A key cannot sign anyone in; sign in with name and password first.");

    private static async Task<Created<ApiKeyResponse>> MakeKeyAsync(ApiKeyRequest request, HttpContext http, ApiKeys keys, CancellationToken cancellationToken)
    {
        AuditMiddleware.On(http, $"{request.Name} {request.Role}");
        var key = await keys.MakeAsync(request, http.User.Name(), http.User.Role()!.Value, cancellationToken);
        return TypedResults.Created($"/api/v1/api-keys/{key.Id}", key);
    }

    private static async Task<NoContent> RevokeKeyAsync(string id, ClaimsPrincipal user, ApiKeys keys, Wake<ReaderSweep> readers, CancellationToken cancellationToken)
    {
        await keys.RevokeAsync(id, user.Role()!.Value, cancellationToken);
        readers.Now();
        return TypedResults.NoContent();
    }

    private static CookieOptions CookieOptions(HttpContext http, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = "/",
        Expires = expires,
    };
}
