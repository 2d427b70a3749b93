using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fleet.ControlPlane.Tests.SingleSignOn;

/// <summary>Who signs in at the provider, and how its token is wrong.</summary>
internal sealed record TestToken(string Subject, string Name, params string[] Groups)
{
    public string Algorithm { get; init; } = "RS256";

    public bool Stripped { get; init; }

    public bool SignedByAnother { get; init; }

    public string? Issuer { get; init; }

    public string Audience { get; init; } = TestProvider.ClientId;

    public string? Nonce { get; init; }

    public TimeSpan Life { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>A small OpenID Connect provider: discovery, keys, codes that are redeemed once by whoever knows the secret and the verifier.</summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "fleet-here";
    public const string Secret = "between these two, and long enough to be a key";
    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _other = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (TestToken Token, string Nonce, string Challenge, string RedirectUri)> _codes = new();
    private readonly WebApplication _app;

    private TestProvider(WebApplication app) => _app = app;

    public string Issuer => _app.Urls.Single();

    public static async Task<TestProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new TestProvider(app);
        app.MapGet("/.well-known/openid-configuration", () => Json(provider.Discovery()));
        app.MapGet("/big/.well-known/openid-configuration", () => Json(provider.Discovery(("padding", new string('x', 1 << 20)))));
        app.MapGet("/other/.well-known/openid-configuration", () => Json(provider.Discovery()));
        app.MapGet("/keys", () => Json(provider.Keys()));
        app.MapPost("/token", provider.RedeemAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    /// <summary>What a person does on the provider's page; gives the address that their browser is sent back to.</summary>
    public Uri Agree(Uri authorize, TestToken token)
    {
        var asked = HttpUtility.ParseQueryString(authorize.Query);
        Assert.Equal((ClientId, "code", "S256"), (asked["client_id"], asked["response_type"], asked["code_challenge_method"]));
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (token, asked["nonce"]!, asked["code_challenge"]!, asked["redirect_uri"]!);
        return new Uri($"{asked["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(asked["state"]!)}");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        _other.Dispose();
    }

    private static IResult Json(object value) => Results.Text(JsonSerializer.Serialize(value), "application/json");

    private static string Text(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    private async Task<IResult> RedeemAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var verifier = Text(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        return _codes.TryRemove(form["code"].ToString(), out var grant) && form["client_id"] == ClientId && form["client_secret"] == Secret
            && form["grant_type"] == "authorization_code" && form["redirect_uri"] == grant.RedirectUri && verifier == grant.Challenge
            ? Json(new { access_token = "nothing", token_type = "Bearer", expires_in = 300, id_token = Sign(grant.Token, grant.Nonce) })
            : Results.Text("""{"error":"invalid_grant"}""", "application/json", statusCode: StatusCodes.Status400BadRequest);
    }

    private string Sign(TestToken token, string nonce)
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = Text(JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = token.Issuer ?? Issuer, sub = token.Subject, aud = token.Audience, nonce = token.Nonce ?? nonce, preferred_username = token.Name, groups = token.Groups,
            iat = (now - TimeSpan.FromHours(1)).ToUnixTimeSeconds(), exp = (now + token.Life).ToUnixTimeSeconds(),
        }));
        var text = $"{Text(JsonSerializer.SerializeToUtf8Bytes(new { alg = token.Algorithm, typ = "JWT", kid = "k1" }))}.{body}";
        var bytes = Encoding.ASCII.GetBytes(text);
        return $"{text}.{token.Algorithm switch
        {
            _ when token.Stripped => "",
            "none" => "",
            "HS256" => Text(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), bytes)),
            _ => Text((token.SignedByAnother ? _other : _key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
        }}";
    }

    private Dictionary<string, object> Keys()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new() { ["keys"] = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "k1", n = Text(key.Modulus), e = Text(key.Exponent) } } };
    }

    private Dictionary<string, object> Discovery(params (string Name, string Value)[] more)
    {
        var said = new Dictionary<string, object>
        {
            ["issuer"] = Issuer, ["authorization_endpoint"] = $"{Issuer}/authorize", ["token_endpoint"] = $"{Issuer}/token", ["jwks_uri"] = $"{Issuer}/keys",
            ["response_types_supported"] = new[] { "code" }, ["subject_types_supported"] = new[] { "public" }, ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        };
        foreach (var (name, value) in more)
        {
            said[name] = value;
        }

        return said;
    }
}
