using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;
using Polly;
using Polly.Retry;

namespace Fleet.Agent.Link;

/// <summary>How this device reaches its control plane: HTTPS with a pinned CA, no redirects, no decompression.</summary>
internal static class Connection
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    /// <param name="ca">Whom to believe.</param>
    /// <param name="certificate">The device's own, asked for at each new connection; null before it has one.</param>
    /// <param name="address">Of the device API; the client's paths are below it.</param>
    public static HttpClient Open(PinnedCa ca, Func<X509Certificate2>? certificate, Uri address)
    {
        var tls = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = ca.Validate,
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13,
        };
        if (certificate is not null)
        {
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate();
        }

        var handler = new SocketsHttpHandler
        {
            SslOptions = tls,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectLimit,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = 0,
        };
        return new HttpClient(handler) { BaseAddress = new Uri(address.GetLeftPart(UriPartial.Authority) + "/device/v1/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Tries again what a broken link or a busy server caused, with growing, jittered pauses.</summary>
    public static ResiliencePipeline Retry(int attempts, TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(IsPassing),
            MaxRetryAttempts = attempts,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = TimeSpan.FromSeconds(30),
        })
        .Build();

    /// <summary>It may go better the next time.</summary>
    public static bool IsPassing(Exception e) => e switch
    {
        ProblemException problem => problem.Kind.Fault is Fault.Busy or Fault.Server,
        IOException when State.DiskRoom.IsMissing(e) => false,
        HttpRequestException or IOException or TimeoutException => true,
        _ => false,
    };
}
