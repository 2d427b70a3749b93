using System.Net;
using System.Net.Http.Headers;
using Fleet.Client;

namespace Fleet.Shared.Tests.Client;

/// <summary>A server in the test's hands: answers each request with the next step and keeps what was asked.</summary>
internal sealed class Answering(params Func<HttpRequestMessage, HttpResponseMessage>[] steps) : HttpMessageHandler
{
    private int _next;

    public List<Asked> Requests { get; } = [];

    public FleetClient Client(int retries = 3) => new(
        new FleetClientOptions { Address = new Uri("http://fleet.test:8080"), Token = "secret", RetryDelay = TimeSpan.Zero, Retries = retries },
        new HttpClient(this));

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(json, new MediaTypeHeaderValue("application/json")) };

    public static HttpResponseMessage Busy(HttpRequestMessage request) => Json(
        """{"type":"urn:fleet:problem:server.busy","title":"Not available now","status":503,"detail":"It starts.","code":"server.busy"}""", HttpStatusCode.ServiceUnavailable);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        Requests.Add(new Asked(request.Method, request.RequestUri!, request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value)), body));
        return steps[Math.Min(_next++, steps.Length - 1)](request);
    }

    internal sealed record Asked(HttpMethod Method, Uri Address, IReadOnlyDictionary<string, string> Headers, byte[] Body);
}
