using Fleet.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Console.Access;

/// <summary>The cookie that carries a session token; the API takes it for reading only.</summary>
public static class SessionCookie
{
    private const string Name = "fleet_session";

    /// <summary>Signs this browser in.</summary>
    public static void Set(HttpContext context, SessionResponse session) => context.Response.Cookies.Append(Name, session.Token, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
        Expires = session.ExpiresAt,
        IsEssential = true,
    });

    internal static void MapSignOut(this IEndpointRouteBuilder routes) => routes.MapPost("/sign-out", SignOutAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> SignOutAsync(HttpContext context, Live.Connection connection, [FromForm] IFormCollection form, CancellationToken cancellationToken)
    {
        if (context.User.FindFirst(Live.FleetSession.TokenClaim)?.Value is { } token)
        {
            try
            {
                await connection.Anonymous.WithToken(token).Access.SignOutAsync(cancellationToken);
            }
            catch (ProblemException e) when (e.Kind == Problems.AuthRequired)
            {
                // the session had ended already
            }
        }

        context.Response.Cookies.Delete(Name);
        return Results.LocalRedirect("/sign-in");
    }
}
