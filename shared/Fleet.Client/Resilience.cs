using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Fleet.Client;

/// <summary>The one place that says what is tried again, how often and for how long.</summary>
internal static class Resilience
{
    public static ResiliencePipeline<HttpResponseMessage> Once(FleetClientOptions options) => Builder(options).AddTimeout(options.AttemptTimeout).Build();

    /// <summary>Waits as <c>Retry-After</c> says, else twice as long each time; each attempt has its own time limit, null for none.</summary>
    public static ResiliencePipeline<HttpResponseMessage> Repeated(FleetClientOptions options, TimeSpan? attempt)
    {
        var builder = Builder(options);
        if (options.Retries > 0)
        {
            builder.AddRetry(new HttpRetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(MayPass(arguments.Outcome)),
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = true,
            });
        }

        return (attempt is { } limit ? builder.AddTimeout(limit) : builder).Build();
    }

    /// <summary>For a body that broke off in the middle.</summary>
    public static ResiliencePipeline Resumed(FleetClientOptions options)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = options.Time };
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(),
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            });
        }

        return builder.Build();
    }

    private static bool MayPass(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException e } => e.HttpRequestError is not HttpRequestError.SecureConnectionError,
        { Exception: TimeoutRejectedException } => true,
        { Result.StatusCode: var status } => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout,
        _ => false,
    };

    private static ResiliencePipelineBuilder<HttpResponseMessage> Builder(FleetClientOptions options) => new() { TimeProvider = options.Time };
}
