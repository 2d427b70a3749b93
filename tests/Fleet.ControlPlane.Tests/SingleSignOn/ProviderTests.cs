using System.Net;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.SingleSignOn;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Fleet.ControlPlane.Tests.SingleSignOn;

public sealed class ProviderTests
{
    private const string Acme = "https://login.acme.example";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_provider_that_is_away_keeps_neither_the_server_from_starting_nor_accounts_with_passwords_out()
    {
        using var folder = new TempFolder();
        var secret = folder.At("secret");
        await File.WriteAllTextAsync(secret, "s", Cancel);
        await using var server = await TestControlPlane.StartAsync(SignedOnPlane.Arguments("http://127.0.0.1:1", secret));
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Http.BaseAddress };

        using var answer = await http.GetAsync(new Uri("/sign-in/oidc?returnUrl=%2Fdevices", UriKind.Relative), Cancel);

        Assert.Equal((HttpStatusCode.Redirect, "/sign-in?refused=auth.provider&returnUrl=%2Fdevices"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        Assert.Contains("cannot be reached", await http.GetStringAsync(answer.Headers.Location, Cancel), StringComparison.Ordinal);
        using var client = new FleetClient(new FleetClientOptions { Address = server.Http.BaseAddress!, Retries = 0 });
        Assert.Equal(Role.Admin, (await client.Access.SignInAsync(new SignInRequest("anna", TestControlPlane.Password, null), Cancel)).Role);
    }

    [Theory]
    [InlineData("/big")]
    [InlineData("/other")]
    [InlineData("/none")]
    public async Task A_provider_whose_description_is_endless_another_issuers_or_missing_is_not_used(string path)
    {
        await using var provider = await TestProvider.StartAsync();
        var oidc = Configured(new OidcOptions { Issuer = provider.Issuer + path });

        await Assert.ThrowsAnyAsync<Exception>(() => oidc.ConfigurationManager!.GetConfigurationAsync(Cancel));
        Assert.Equal(provider.Issuer, (await Configured(new OidcOptions { Issuer = provider.Issuer }).ConfigurationManager!.GetConfigurationAsync(Cancel)).Issuer);
    }

    [Fact]
    public void A_provider_that_sends_codes_or_people_over_plain_http_is_not_used()
    {
        Assert.True(IsUsed(new OpenIdConnectConfiguration()));
        Assert.False(IsUsed(new OpenIdConnectConfiguration { TokenEndpoint = "http://login.acme.example/token" }));
        Assert.False(IsUsed(new OpenIdConnectConfiguration { AuthorizationEndpoint = "http://login.acme.example/authorize" }));
        Assert.False(IsUsed(new OpenIdConnectConfiguration { PushedAuthorizationRequestEndpoint = "http://login.acme.example/par" }));
        Assert.False(IsUsed(new OpenIdConnectConfiguration { Issuer = Acme + "/" }));
        Assert.False(IsUsed(new OpenIdConnectConfiguration(), keys: 0));
        Assert.False(IsUsed(new OpenIdConnectConfiguration(), keys: 65));
    }

    [Theory]
    [InlineData("Issuer is 'http://login", "Issuer=http://login.acme.example", "ClientId=x", "ClientSecret=y", "Roles:Viewer=z")]
    [InlineData("ClientId is missing", "Issuer=" + Acme, "ClientSecret=y", "Roles:Viewer=z")]
    [InlineData("client secret once", "Issuer=" + Acme, "ClientId=x", "Roles:Viewer=z")]
    [InlineData("client secret once", "Issuer=" + Acme, "ClientId=x", "ClientSecret=y", "ClientSecretFile=z", "Roles:Viewer=z")]
    [InlineData("Roles is empty", "Issuer=" + Acme, "ClientId=x", "ClientSecret=y")]
    [InlineData("Roles:Boss is not known", "Issuer=" + Acme, "ClientId=x", "ClientSecret=y", "Roles:Viewer=z", "Roles:Boss=q")]
    [InlineData("Issuer is missing", "ClientId=x")]
    [InlineData("'openid' must be one", "Issuer=" + Acme, "ClientId=x", "ClientSecret=y", "Roles:Viewer=z", "Scopes=profile")]
    [InlineData("PublicUrl is", "Issuer=" + Acme, "ClientId=x", "ClientSecret=y", "Roles:Viewer=z", "PublicUrl=https://fleet.acme.example/fleet")]
    public void What_cannot_work_stops_the_start_with_a_sentence(string sentence, params string[] settings)
    {
        var given = settings.Select(s => s.Split('=', 2)).ToDictionary(s => $"Fleet:Oidc:{s[0]}", s => (string?)s[1]);
        given["Fleet:Data"] = "somewhere";

        var refusal = Assert.Throws<StartException>(() => FleetOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(given).Build()));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_secret_is_not_taken_from_where_everybody_can_read_it()
    {
        var refusal = Assert.Throws<StartException>(() => Arguments.Check(["--Fleet:Data=x", "--fleet:oidc:clientsecret=hidden"]));
        Assert.DoesNotContain("hidden", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Fleet__Oidc__ClientSecret", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<StartException>(() => new OidcOptions { ClientSecretFile = "/no/such/file" }.ReadSecret());
    }

    private static bool IsUsed(OpenIdConnectConfiguration said, int keys = 1)
    {
        (said.Issuer, said.AuthorizationEndpoint, said.TokenEndpoint) = (said.Issuer ?? Acme, said.AuthorizationEndpoint ?? Acme + "/authorize", said.TokenEndpoint ?? Acme + "/token");
        for (var i = 0; i < keys; i++)
        {
            said.SigningKeys.Add(new SymmetricSecurityKey(new byte[32]));
        }

        return new ProviderRules(new OidcOptions { Issuer = Acme }).Validate(said).Succeeded;
    }

    private static OpenIdConnectOptions Configured(OidcOptions options)
    {
        var oidc = new OpenIdConnectOptions();
        Provider.Configure(oidc, options, "s");
        return oidc;
    }
}
