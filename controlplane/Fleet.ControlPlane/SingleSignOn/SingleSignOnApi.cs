using Fleet.Console.Access;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Microsoft.AspNetCore.Authentication;

namespace Fleet.ControlPlane.SingleSignOn;

internal static partial class SingleSignOnApi
{
    public static void AddSingleSignOn(this IServiceCollection services, OidcOptions options)
    {
        if (options.IsWanted())
        {
            var secret = options.ReadSecret();
            services.AddScoped<SignInEvents>();
            services.AddAuthentication().AddOpenIdConnect(Provider.Scheme, oidc => Provider.Configure(oidc, options, secret));
        }
    }

    public static void MapSingleSignOn(this Routes routes, OidcOptions options)
    {
        var ways = options.IsWanted() ? new SignInWays(options.Title(), Provider.StartPath) : new SignInWays(null, null);
        routes.Operator.MapGet("/sign-in-ways", () => ways).AllowAnonymous();
        if (!options.IsWanted())
        {
            return;
        }

        routes.Root.MapGet(Provider.StartPath, StartAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SingleSignOn).ExcludeFromDescription();

        // authentication answers here before routing would; the route brings the limits, and the listener that it belongs to
        routes.Root.Map(Provider.AnswerPath, () => TypedResults.NotFound()).AllowAnonymous().RequireRateLimiting(RateLimits.SingleSignOn).ExcludeFromDescription();
    }

    private static async Task StartAsync(HttpContext http, string? returnUrl, ILoggerFactory loggers)
    {
        var back = ReturnPath.Local(returnUrl);
        try
        {
            await http.ChallengeAsync(Provider.Scheme, new AuthenticationProperties { RedirectUri = back });
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException or OperationCanceledException && !http.RequestAborted.IsCancellationRequested)
        {
            LogAway(loggers.CreateLogger(typeof(SingleSignOnApi)), SignInEvents.Plain(e.GetBaseException().Message));
            SignInEvents.Refuse(http, Problems.AuthProvider, back);
        }
    }

    [LoggerMessage(EventId = 2151, Level = LogLevel.Warning, Message = "The provider of the company's sign-in cannot be used: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
