using System.Net;
using System.Net.Http.Headers;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Tests.Platform;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Access;

public sealed class AccessTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private static readonly string[] Open =
        ["/health", "/api/v1/first-operator", "/api/v1/session", "/api/v1/sign-in-ways", "/api/v1/password", "/device/v1/enrol", "/scalar/scalar.js", "/scalar/scalar.aspnetcore.js", "/scalar/favicon.svg"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestControlPlane Fleet => shared.Fleet;

    [Fact]
    public void Every_endpoint_of_the_apis_names_a_policy_or_is_known_to_be_open()
    {
        var endpoints = Fleet.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        Assert.True(endpoints.Count > 20, $"only {endpoints.Count} endpoints");
        Assert.All(endpoints.Where(e => IsOurs(e.RoutePattern.RawText!)), e =>
        {
            var isOpen = e.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            var policies = e.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy).ToList();
            Assert.True(isOpen ? Open.Contains(e.RoutePattern.RawText) : policies.Count > 0 && policies.TrueForAll(p => p is not null), e.RoutePattern.RawText);
        });
    }

    [Fact]
    public async Task Every_endpoint_of_the_operator_api_refuses_a_stranger()
    {
        using var stranger = Fleet.Client();
        foreach (var endpoint in Fleet.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = endpoint.RoutePattern.RawText!;
            if (!IsOurs(path) || path.StartsWith("/device/", StringComparison.Ordinal) || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                continue;
            }

            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), Filled(path)) { Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")) };
                using var answer = await stranger.SendAsync(request, Token);
                Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {answer.StatusCode}");
            }
        }
    }

    [Theory]
    [InlineData(Role.Viewer, Role.Viewer, true)]
    [InlineData(Role.Viewer, Role.Labeller, false)]
    [InlineData(Role.Operator, Role.Labeller, true)]
    [InlineData(Role.Approver, Role.Admin, false)]
    [InlineData(Role.Admin, Role.Approver, true)]
    [InlineData(Role.Admin, Role.Trainer, false)]
    [InlineData(Role.Trainer, Role.Viewer, false)]
    [InlineData(Role.Trainer, Role.Trainer, true)]
    public void A_role_may_do_what_the_ones_below_may_and_a_trainer_stands_apart(Role has, Role needed, bool may) =>
        Assert.Equal(may, Policies.Covers(has, needed));

    [Fact]
    public async Task The_first_operators_token_works_once()
    {
        using var stranger = Fleet.Client();
        var request = new FirstOperatorRequest(new string('0', 64), "mallory", Password);

        var problem = await ProblemAsync(await stranger.PostAsync("/api/v1/first-operator", Json(request, FleetJson.Strict.FirstOperatorRequest), Token));

        Assert.Equal(Problems.AuthLinkSpent.Code, problem.Code);
    }

    [Fact]
    public async Task Signs_in_with_the_password_and_out_again()
    {
        using var stranger = Fleet.Client();
        var answer = await stranger.PostAsync("/api/v1/session", Json(new SignInRequest("anna", Password, null), FleetJson.Strict.SignInRequest), Token);
        var session = await ReadAsync(answer, FleetJson.Strict.SessionResponse);
        using var anna = Fleet.Client(session.Token);

        Assert.Equal(new WhoAmI("anna", Role.Admin), await ReadAsync(await anna.GetAsync("/api/v1/session", Token), FleetJson.Strict.WhoAmI));
        Assert.Contains("httponly", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.NoContent, (await anna.DeleteAsync("/api/v1/session", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anna.GetAsync("/api/v1/session", Token)).StatusCode);
    }

    [Fact]
    public async Task The_cookie_serves_reading_only()
    {
        using var browser = Fleet.Client();
        browser.DefaultRequestHeaders.Add("Cookie", $"{TokenAuthentication.Cookie}={Fleet.Admin.Token}");

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/devices", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsync("/api/v1/sign-in-links", null, Token)).StatusCode);
    }

    [Fact]
    public async Task A_sign_in_link_works_once()
    {
        var link = await ReadAsync(await Fleet.Http.PostAsync("/api/v1/sign-in-links", null, Token), FleetJson.Strict.SignInLink);
        var request = new SignInRequest(null, null, link.Path.Split('=')[1]);
        using var phone = Fleet.Client();

        var session = await ReadAsync(await phone.PostAsync("/api/v1/session", Json(request, FleetJson.Strict.SignInRequest), Token), FleetJson.Strict.SessionResponse);
        var again = await ProblemAsync(await phone.PostAsync("/api/v1/session", Json(request, FleetJson.Strict.SignInRequest), Token));

        Assert.Equal("anna", session.Name);
        Assert.Equal(Problems.AuthLinkSpent.Code, again.Code);
    }

    [Fact]
    public async Task An_operator_makes_keys_for_trainers_only_and_a_revoked_key_is_dead()
    {
        using var person = Fleet.Client(await Fleet.KeyAsync(Role.Operator));
        var refused = await ProblemAsync(await person.PostAsync("/api/v1/api-keys", Json(new ApiKeyRequest("x", Role.Viewer), FleetJson.Strict.ApiKeyRequest), Token));
        var key = await ReadAsync(await person.PostAsync("/api/v1/api-keys", Json(new ApiKeyRequest("gpu-1", Role.Trainer), FleetJson.Strict.ApiKeyRequest), Token), FleetJson.Strict.ApiKeyResponse);
        using var trainer = Fleet.Client(key.Key);

        Assert.Equal(Problems.AuthForbidden.Code, refused.Code);
        Assert.Equal(Role.Trainer, (await ReadAsync(await trainer.GetAsync("/api/v1/session", Token), FleetJson.Strict.WhoAmI)).Role);
        Assert.Equal(HttpStatusCode.Forbidden, (await trainer.GetAsync("/api/v1/devices", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync($"/api/v1/api-keys/{key.Id}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await trainer.GetAsync("/api/v1/session", Token)).StatusCode);
    }

    [Fact]
    public async Task The_same_idempotency_key_and_body_give_the_same_answer()
    {
        async Task<HttpResponseMessage> MakeAsync(string name)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/api-keys") { Content = Json(new ApiKeyRequest(name, Role.Viewer), FleetJson.Strict.ApiKeyRequest) };
            request.Headers.Add("Idempotency-Key", "once");
            return await Fleet.Http.SendAsync(request, Token);
        }

        var first = await ReadAsync(await MakeAsync("a"), FleetJson.Strict.ApiKeyResponse);

        Assert.Equal(first, await ReadAsync(await MakeAsync("a"), FleetJson.Strict.ApiKeyResponse));
        Assert.Equal(Problems.RequestInvalid.Code, (await ProblemAsync(await MakeAsync("b"))).Code);
    }

    [Theory]
    [InlineData("{\"name\":\"x\"", "request.malformed")]
    [InlineData("{\"name\":\"x\",\"role\":\"Viewer\",\"dayz\":3}", "request.malformed")]
    [InlineData("{\"name\":null,\"role\":\"Viewer\"}", "request.malformed")]
    [InlineData("{\"name\":\"x\",\"name\":\"y\",\"role\":\"Viewer\"}", "request.malformed")]
    [InlineData("{\"name\":\"x\",\"role\":\"Viewer\",\"days\":0}", "request.invalid")]
    public async Task A_bad_body_gets_a_code(string body, string code)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));

        Assert.Equal(code, (await ProblemAsync(await Fleet.Http.PostAsync("/api/v1/api-keys", content, Token))).Code);
    }

    private static bool IsOurs(string path) =>
        path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/device/", StringComparison.Ordinal)
        || path.StartsWith("/openapi", StringComparison.Ordinal) || path.StartsWith("/scalar", StringComparison.Ordinal) || path is "/metrics" or "/health";

    private static string Filled(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]*\}", "x");
}
