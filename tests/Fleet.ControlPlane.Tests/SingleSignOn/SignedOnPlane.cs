using System.Net;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;

namespace Fleet.ControlPlane.Tests.SingleSignOn;

[CollectionDefinition(Name)]
public sealed class SignedOn : ICollectionFixture<SignedOnPlane>
{
    public const string Name = "single sign-on";
}

/// <summary>The real program with a provider; its tests use subjects of their own.</summary>
public sealed class SignedOnPlane : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private TestProvider? _provider;
    private TestControlPlane? _server;
    private FleetClient? _admin;

    public TestControlPlane Server => _server!;

    public FleetClient Admin => _admin!;

    internal TestProvider Provider => _provider!;

    public async ValueTask InitializeAsync()
    {
        _provider = await TestProvider.StartAsync();
        var secret = _folder.At("secret");
        await File.WriteAllTextAsync(secret, TestProvider.Secret + "\n", TestContext.Current.CancellationToken);
        _server = await TestControlPlane.StartAsync(Arguments(Provider.Issuer, secret));
        _admin = new FleetClient(new FleetClientOptions { Address = Server.Http.BaseAddress!, Token = Server.Admin.Token, Retries = 0 });
    }

    internal static string[] Arguments(string issuer, string secret) =>
    [
        $"--Fleet:Oidc:Issuer={issuer}", "--Fleet:Oidc:Name=Acme", $"--Fleet:Oidc:ClientId={TestProvider.ClientId}", $"--Fleet:Oidc:ClientSecretFile={secret}",
        "--Fleet:Oidc:Roles:Viewer=everybody; CN=watchers,OU=Acme", "--Fleet:Oidc:Roles:Operator=operators", "--Fleet:Oidc:Roles:Admin=admins",
    ];

    internal SignInBrowser Browser() => new(this);

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_provider?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }
}

/// <summary>A browser that shows where it is sent.</summary>
internal sealed class SignInBrowser : IDisposable
{
    private readonly SignedOnPlane _plane;
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false };
    private readonly HttpClient _http;

    public SignInBrowser(SignedOnPlane plane)
    {
        _plane = plane;
        _http = new HttpClient(_handler) { BaseAddress = plane.Server.Http.BaseAddress };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Its session; null while nobody is signed in.</summary>
    public string? Session => Cookies["fleet_session"]?.Value;

    public CookieCollection Cookies => _handler.CookieContainer.GetAllCookies();

    /// <summary>Whoever is signed in, as the API tells.</summary>
    public Task<WhoAmI> WhoAmIAsync() => _plane.Admin.WithToken(Session ?? "").Access.WhoAmIAsync(Cancel);

    /// <summary>Presses the button; gives the provider's page.</summary>
    public async Task<Uri> BeginAsync(string? returnUrl = null) => (await GoAsync($"/sign-in/oidc?returnUrl={Uri.EscapeDataString(returnUrl ?? "/devices")}"))!;

    /// <summary>From the button to where the browser ends.</summary>
    public async Task<string> SignInAsync(TestToken token, string? returnUrl = null) => await AnswerAsync(_plane.Provider.Agree(await BeginAsync(returnUrl), token));

    /// <summary>Comes back from the provider.</summary>
    public async Task<string> AnswerAsync(Uri answer) => (await GoAsync(answer.PathAndQuery))!.ToString();

    public Task<string> ReadAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative), Cancel);

    /// <summary>Has what this one has now.</summary>
    public SignInBrowser Copy()
    {
        var other = new SignInBrowser(_plane);
        other._handler.CookieContainer.Add(Cookies);
        return other;
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private async Task<Uri?> GoAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        return answer.Headers.Location;
    }
}
