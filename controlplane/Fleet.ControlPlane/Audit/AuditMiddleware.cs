using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Microsoft.AspNetCore.Authorization;

namespace Fleet.ControlPlane.Audit;

/// <summary>Marks a route that is called by machines all the time and changes nothing a person decides.</summary>
internal sealed class Unaudited
{
    public static readonly Unaudited Instance = new();
}

/// <summary>Writes a row for everything that people, keys and enrolling devices do or try, refusals included; reading is not written down.</summary>
/// <remarks>Strangers are written down only where they may knock (sign-in, first operator, enrolment): those routes are rate limited, so that nobody can fill the log.</remarks>
internal sealed partial class AuditMiddleware(RequestDelegate next, AuditLog log, ILogger<AuditMiddleware> logger)
{
    private const string WhoKey = "fleet:audit-who";
    private const string OnKey = "fleet:audit-on";
    private const string Stranger = "-";

    /// <summary>Says who a caller claims to be before anybody is signed in.</summary>
    public static void Claim(HttpContext http, string who) => http.Items[WhoKey] = $"{Stranger} {who}";

    /// <summary>Says what an act is about where the route does not.</summary>
    public static void On(HttpContext http, string what) => http.Items[OnKey] = what;

    public async Task InvokeAsync(HttpContext http)
    {
        if (!IsAudited(http, out var pattern))
        {
            await next(http);
            return;
        }

        try
        {
            await next(http);
        }
        catch (Exception e)
        {
            await WriteAsync(http, pattern, StatusOf(e));
            throw;
        }

        await WriteAsync(http, pattern, http.Response.StatusCode);
    }

    private static bool IsAudited(HttpContext http, out string pattern)
    {
        var endpoint = http.GetEndpoint() as RouteEndpoint;
        pattern = endpoint?.RoutePattern.RawText ?? "";
        return endpoint is not null
            && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)
            && (pattern.StartsWith("/api/v1", StringComparison.Ordinal) || pattern is "/device/v1/enrol" or "/device/v1/renew")
            && endpoint.Metadata.GetMetadata<Unaudited>() is null;
    }

    private static int StatusOf(Exception e) => e switch
    {
        ProblemException problem => problem.Kind.Status,
        BadHttpRequestException bad => bad.StatusCode,
        _ => StatusCodes.Status500InternalServerError,
    };

    private async Task WriteAsync(HttpContext http, string pattern, int status)
    {
        var known = http.User.FindFirstValue(ClaimTypes.Name) ?? http.User.FindFirstValue(Principals.DeviceClaim);
        if (known is null && http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            return;
        }

        var who = known ?? http.Items[WhoKey] as string ?? Stranger;
        var on = http.Items[OnKey] as string ?? string.Join(' ', http.Request.RouteValues.Where(v => v.Value is string).OrderBy(v => pattern.IndexOf(v.Key, StringComparison.Ordinal)).Select(v => v.Value));
        try
        {
            // what was done is written down even when the caller has gone
            await log.WriteAsync(who, $"{http.Request.Method} {pattern}", on, status, http.Connection.RemoteIpAddress?.ToString() ?? "", CancellationToken.None);
        }
        catch (Exception e) when (e is Microsoft.EntityFrameworkCore.DbUpdateException or Microsoft.Data.Sqlite.SqliteException)
        {
            LogLost(e, who, http.Request.Method, pattern, status);
        }
    }

    [LoggerMessage(EventId = 2100, Level = LogLevel.Error, Message = "Not written to the audit log: {Who} {Method} {Route} {Status}")]
    private partial void LogLost(Exception exception, string who, string method, string route, int status);
}
