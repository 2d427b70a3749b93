using System.Web;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Tests.SingleSignOn;

/// <summary>Answers that are not to be believed: nobody is signed in, the page says so, and the audit log has it.</summary>
[Collection(SignedOn.Name)]
public sealed class ForgedSignInTests(SignedOnPlane plane) : IDisposable
{
    private const string Refused = "/sign-in?refused=auth.failed";
    private readonly SignInBrowser _browser = plane.Browser();
    private readonly TestToken _me = new(Guid.NewGuid().ToString("N"), $"p{Guid.NewGuid():N}"[..20], "admins");

    public static TheoryData<string> Forgeries => ["another sign-in's", "another program's", "another issuer's", "another key's", "not signed", "stripped of its signature", "signed with the client secret", "expired", "nobody's"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_token_is_refused_that_is(string forgery)
    {
        var token = forgery switch
        {
            "another sign-in's" => _me with { Nonce = "638.from-another-sign-in" },
            "another program's" => _me with { Audience = "another-program" },
            "another issuer's" => _me with { Issuer = "https://evil.example" },
            "another key's" => _me with { SignedByAnother = true },
            "not signed" => _me with { Algorithm = "none" },
            "stripped of its signature" => _me with { Stripped = true },
            "signed with the client secret" => _me with { Algorithm = "HS256" },
            "expired" => _me with { Life = TimeSpan.FromMinutes(-2) },
            _ => _me with { Subject = "" },
        };

        var page = await _browser.SignInAsync(token);

        Assert.StartsWith("/sign-in?refused=", page, StringComparison.Ordinal);
        Assert.Null(_browser.Session);
        Assert.Contains("role=\"alert\"", await _browser.ReadAsync(page), StringComparison.Ordinal);
        Assert.True(await plane.Server.ReadStoreAsync(store => Task.FromResult(store.Set<ControlPlane.Audit.AuditRow>().OrderByDescending(r => r.Sequence).First() is { Act: "sign in with Acme", Status: >= 400 })));
        Assert.Equal("/devices", await _browser.SignInAsync(_me));
    }

    [Fact]
    public async Task An_answer_serves_once_and_only_the_browser_that_asked()
    {
        var answer = plane.Provider.Agree(await _browser.BeginAsync(), _me);
        using var thief = plane.Browser();
        using var twin = _browser.Copy();

        Assert.StartsWith(Refused, await thief.AnswerAsync(answer), StringComparison.Ordinal);
        Assert.Equal("/devices", await _browser.AnswerAsync(answer));
        var session = _browser.Session;

        Assert.StartsWith(Refused, await _browser.AnswerAsync(answer), StringComparison.Ordinal);
        Assert.StartsWith(Refused, await twin.AnswerAsync(answer), StringComparison.Ordinal);
        Assert.Equal(session, _browser.Session);
        Assert.Null(thief.Session);
        Assert.Null(twin.Session);
    }

    [Fact]
    public async Task A_code_of_somebody_elses_sign_in_is_not_redeemed_for_this_one()
    {
        using var thief = plane.Browser();
        var stolen = HttpUtility.ParseQueryString(plane.Provider.Agree(await _browser.BeginAsync(), _me).Query)["code"];
        var own = plane.Provider.Agree(await thief.BeginAsync(), _me with { Subject = "a-thief" });
        var state = HttpUtility.ParseQueryString(own.Query)["state"]!;

        Assert.StartsWith(Refused, await thief.AnswerAsync(new Uri(own, $"?code={stolen}&state={Uri.EscapeDataString(state)}")), StringComparison.Ordinal);
        Assert.Null(thief.Session);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?state=x&code=y")]
    [InlineData("?error=access_denied")]
    [InlineData("?code=y&state=%00%0A")]
    public async Task An_answer_that_nobody_asked_for_leads_back_to_the_page(string query)
    {
        Assert.Equal(Refused, await _browser.AnswerAsync(new Uri(plane.Server.Http.BaseAddress!, "/sign-in/oidc/answer" + query)));
        Assert.Null(_browser.Session);
    }

    public void Dispose() => _browser.Dispose();
}
