using System.Security.Claims;
using Fleet.Console.Access;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Fleet.ControlPlane.SingleSignOn;

/// <summary>What happens once the provider's answer was checked, or could not be believed.</summary>
internal sealed partial class SignInEvents(FleetOptions fleet, VouchedPeople people, AuditLog audit, ILogger<SignInEvents> logger) : OpenIdConnectEvents
{
    private const int LongestReason = 300;
    private readonly OidcOptions _options = fleet.Oidc;

    private string Act => $"sign in with {_options.Title()}";

    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        if (_options.PublicUrl.Length > 0)
        {
            context.ProtocolMessage.RedirectUri = _options.PublicUrl.TrimEnd('/') + Provider.AnswerPath;
        }

        return Task.CompletedTask;
    }

    /// <summary>The handler lets an unsigned token pass where it fetched it itself, as the standard allows; here none passes.</summary>
    public override Task TokenValidated(TokenValidatedContext context)
    {
        if (context.SecurityToken.RawSignature is not { Length: > 0 })
        {
            context.Fail("The token is not signed.");
        }

        return Task.CompletedTask;
    }

    /// <summary>Nonce, signature and audience were checked before this.</summary>
    public override async Task TicketReceived(TicketReceivedContext context)
    {
        var (http, user) = (context.HttpContext, context.Principal!);
        var who = new Vouched(_options.Issuer, user.FindFirstValue("sub") ?? "", user.FindFirstValue(_options.NameClaim) ?? "");
        var back = ReturnPath.Local(context.ReturnUri);
        context.HandleResponse();
        try
        {
            var values = user.FindAll(_options.RoleClaim).Select(c => c.Value).ToList();
            SessionCookie.Set(http, await SignInAsync(http, who, values));
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Redirect(back);
        }
        catch (ProblemException e)
        {
            await audit.WriteAsync($"- {who.Name}", Act, $"{e.Kind.Code}: {e.Message}", e.Kind.Status, From(http), CancellationToken.None);
            Refuse(http, e.Kind, back);
        }
    }

    public override async Task RemoteFailure(RemoteFailureContext context)
    {
        var kind = KindOf(context.Failure);
        LogRefused(kind.Code, Plain(context.Failure?.Message ?? ""));
        await audit.WriteAsync("-", Act, kind.Code, kind.Status, From(context.HttpContext), CancellationToken.None);
        Refuse(context.HttpContext, kind, ReturnPath.Local(context.Properties?.RedirectUri));
        context.HandleResponse();
    }

    /// <summary>Shows the sign-in page with the reason.</summary>
    public static void Refuse(HttpContext http, ProblemKind kind, string back) =>
        http.Response.Redirect($"/sign-in?refused={kind.Code}{(back == "/" ? "" : $"&returnUrl={Uri.EscapeDataString(back)}")}");

    /// <summary>Whether the provider could not be asked, or its answer not be believed.</summary>
    public static ProblemKind KindOf(Exception? failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is HttpRequestException or OperationCanceledException or IOException)
            {
                return Problems.AuthProvider;
            }
        }

        return Problems.AuthFailed;
    }

    /// <summary>Strangers write part of it: no lines of their own.</summary>
    public static string Plain(string text) => new([.. text.Take(LongestReason).Select(c => char.IsControl(c) ? ' ' : c)]);

    private async Task<SessionResponse> SignInAsync(HttpContext http, Vouched who, List<string> values)
    {
        if (_options.Roles.Of(values) is not { } role)
        {
            await people.EndAsync(who, http.RequestAborted);
            throw new ProblemException(Problems.AuthNoRole, values.Count == 0 ? $"the token has no '{_options.RoleClaim}'" : $"'{_options.RoleClaim}' is {string.Join(", ", values)}");
        }

        var (session, before) = await people.SignInAsync(who, role, http.RequestAborted);
        if (before is null)
        {
            await audit.WriteAsync(session.Name, "account made by " + Act, $"{who.Issuer} {who.Subject}", StatusCodes.Status201Created, From(http), CancellationToken.None);
        }

        await audit.WriteAsync(session.Name, Act, before is null || before == role ? $"{role}" : $"{role}, before {before}", StatusCodes.Status200OK, From(http), CancellationToken.None);
        return session;
    }

    private static string From(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    [LoggerMessage(EventId = 2150, Level = LogLevel.Warning, Message = "A sign-in with the provider was refused, {Code}: {Reason}")]
    private partial void LogRefused(string code, string reason);
}
