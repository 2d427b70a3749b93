using System.Globalization;
using System.Threading.RateLimiting;
using Fleet.Contracts;
using Microsoft.AspNetCore.RateLimiting;

namespace Fleet.ControlPlane.Platform.Http;

/// <summary>Limits per caller's address where a secret can be guessed.</summary>
internal static class RateLimits
{
    public const string SignIn = "sign-in";
    public const string Enrolment = "enrolment";

    /// <summary>Of a company's sign-in, where nothing can be guessed: many people may come from one address.</summary>
    public const string SingleSignOn = "single-sign-on";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void Add(RateLimiterOptions options)
    {
        options.AddPolicy(SignIn, http => PerAddress(http, permits: 30));
        options.AddPolicy(Enrolment, http => PerAddress(http, permits: 120));
        options.AddPolicy(SingleSignOn, http => PerAddress(http, permits: 120));
        options.OnRejected = (context, _) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
            context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            throw new ProblemException(Problems.RequestTooMany, $"Too many attempts from your address; try again in {Math.Ceiling(wait.TotalSeconds)} s.");
        };
    }

    private static RateLimitPartition<string> PerAddress(HttpContext http, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter(
            http.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window, QueueLimit = 0 });
}
