using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Attacks;

/// <summary>Walks the table of endpoints, so that a new one is attacked without anyone thinking of it.</summary>
public sealed partial class EveryRouteTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly string[] Climbs = ["..%2F..%2F..%2Fetc%2Fpasswd", "%2e%2e%2f%2e%2e%2ffleet.db", "..%5C..%5Cfleet.db", "%2Fetc%2Fpasswd", "fleet.db%00", ".%2F.%2F..%2Ffleet.db"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_path_that_climbs_out_in_any_parameter_gets_a_problem_and_nothing_from_outside()
    {
        await using var device = await TestDevice.EnrolAsync(plane.Server, "climber");
        using var http = device.Http(plane.Server);
        var tried = 0;
        foreach (var (method, pattern) in Routes().Where(r => r.Pattern.Contains('{')))
        {
            var client = pattern.StartsWith("/device/", StringComparison.Ordinal) ? http : plane.Server.Http;
            foreach (var climb in Climbs)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Parameter().Replace(pattern, climb), UriKind.Relative));
                request.Content = method == "GET" ? null : Json("{}");
                using var answer = await client.SendAsync(request, Cancel);
                var text = await answer.Content.ReadAsStringAsync(Cancel);

                Assert.True((int)answer.StatusCode is >= 400 and < 500 || IsRemovalOfNothing(method, answer), $"{method} {pattern} with {climb}: {(int)answer.StatusCode} {text}");
                Assert.True(answer.StatusCode == HttpStatusCode.NoContent || method == "HEAD" || climb.EndsWith("%00", StringComparison.Ordinal) || text.Contains("\"code\":", StringComparison.Ordinal), $"{method} {pattern} with {climb}: no code in '{text}'");
                Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
                tried++;
            }
        }

        Assert.True(tried > 200, $"only {tried} were tried");
    }

    [Fact]
    public async Task No_act_is_done_for_a_page_of_another_site_that_has_only_the_cookie()
    {
        using var browser = plane.Server.Client();
        browser.DefaultRequestHeaders.Add("Cookie", $"{TokenAuthentication.Cookie}={plane.Server.Admin.Token}");
        browser.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        var tried = 0;
        foreach (var (method, pattern) in Routes().Where(r => r.Method != "GET" && r.Pattern.StartsWith("/api/", StringComparison.Ordinal)))
        {
            if (pattern is "/api/v1/session" or "/api/v1/first-operator" or "/api/v1/password")
            {
                // need a secret of their own, or sign out, which the cookie's SameSite keeps from other sites
                continue;
            }

            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Parameter().Replace(pattern, "x"), UriKind.Relative)) { Content = Json("{}") };
            using var answer = await browser.SendAsync(request, Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {pattern}: {answer.StatusCode}");
            tried++;
        }

        Assert.True(tried > 20, $"only {tried} were tried");
    }

    [Fact]
    public async Task A_form_of_another_site_signs_nobody_out_of_the_console()
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = plane.Server.Http.BaseAddress };
        browser.DefaultRequestHeaders.Add("Cookie", $"{TokenAuthentication.Cookie}={plane.Server.Admin.Token}");

        using var answer = await browser.PostAsync(new Uri("/sign-out", UriKind.Relative), new FormUrlEncodedContent([]), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("anna", (await plane.Admin.Access.WhoAmIAsync(Cancel)).Name);
    }

    [Fact]
    public async Task No_answer_lets_a_browser_run_or_frame_or_guess_what_it_holds()
    {
        foreach (var path in new[] { "/sign-in", "/api/v1/devices", "/health", "/no-such-page" })
        {
            using var answer = await plane.Server.Http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single().Split(';', StringSplitOptions.TrimEntries);
            Assert.Equal("default-src 'self'", policy[0]);
            Assert.True(Array.TrueForAll(policy, p => !p.StartsWith("script-src", StringComparison.Ordinal) || p == "script-src 'self'"), string.Join(';', policy));
            Assert.Single(policy, p => p is "frame-ancestors 'none'" or "frame-ancestors 'self'");
        }
    }

    private static bool IsRemovalOfNothing(string method, HttpResponseMessage answer) => method == "DELETE" && answer.StatusCode == HttpStatusCode.NoContent;

    private static StringContent Json(string text) => new(text, new MediaTypeHeaderValue("application/json"));

    private IEnumerable<(string Method, string Pattern)> Routes() => plane.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(e => e.RoutePattern.RawText is { } raw && (raw.StartsWith("/api/", StringComparison.Ordinal) || raw.StartsWith("/device/", StringComparison.Ordinal)))
        .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(m => (m, e.RoutePattern.RawText!)));

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
