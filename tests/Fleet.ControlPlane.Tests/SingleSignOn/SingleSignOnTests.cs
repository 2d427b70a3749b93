using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Tests.SingleSignOn;

[Collection(SignedOn.Name)]
public sealed class SingleSignOnTests(SignedOnPlane plane) : IDisposable
{
    private readonly SignInBrowser _browser = plane.Browser();
    private readonly string _subject = Guid.NewGuid().ToString("N");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Name => $"p{_subject}"[..20];

    [Fact]
    public async Task Whoever_the_provider_vouches_for_comes_in_with_the_highest_role_of_their_groups()
    {
        Assert.Equal("/devices?site=lab", await _browser.SignInAsync(Me("everybody", "operators"), "/devices?site=lab"));

        Assert.Equal(new WhoAmI(Name, Role.Operator), await _browser.WhoAmIAsync());
        var cookie = _browser.Cookies["fleet_session"]!;
        Assert.True(cookie.HttpOnly);
        Assert.Equal(plane.Provider.Issuer, (await PersonAsync(Name))!.Issuer);
        Assert.Equal(["sign in with Acme", "account made by sign in with Acme"], await ActsAsync(Name));
    }

    [Fact]
    public async Task The_role_is_taken_anew_at_each_sign_in_for_sessions_from_before_too()
    {
        await _browser.SignInAsync(Me("admins"));
        using var later = plane.Browser();
        await later.SignInAsync(Me("CN=watchers,OU=Acme"));

        Assert.Equal(Role.Viewer, (await later.WhoAmIAsync()).Role);
        Assert.Equal(Role.Viewer, (await _browser.WhoAmIAsync()).Role);
        Assert.Equal("Viewer, before Admin", (await LastAsync(Name)).On);
    }

    [Fact]
    public async Task Whoever_has_no_role_stays_out_is_told_why_and_loses_older_sessions()
    {
        await _browser.SignInAsync(Me("operators"));
        using var later = plane.Browser();

        var page = await later.SignInAsync(Me("cooks", "operators-of-something-else"));

        Assert.Equal("/sign-in?refused=auth.no-role&returnUrl=%2Fdevices", page);
        Assert.Contains("no group of yours has a role here", await later.ReadAsync(page), StringComparison.Ordinal);
        Assert.Null(later.Session);
        await RefusedAsync(Problems.AuthRequired, _browser.WhoAmIAsync);
        var row = await LastAsync($"- {Name}");
        Assert.Equal(403, row.Status);
        Assert.Contains("cooks, operators-of-something-else", row.On, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_an_Admin_shut_out_stays_out_until_let_in()
    {
        await _browser.SignInAsync(Me("operators"));
        await plane.Admin.People.ChangeAsync(Name, new PersonRequest(Role.Operator, Disabled: true), Cancel);
        using var later = plane.Browser();

        Assert.StartsWith("/sign-in?refused=auth.disabled", await later.SignInAsync(Me("admins")), StringComparison.Ordinal);
        Assert.Null(later.Session);
        await RefusedAsync(Problems.AuthRequired, _browser.WhoAmIAsync);

        await plane.Admin.People.ChangeAsync(Name, new PersonRequest(Role.Operator, Disabled: false), Cancel);
        Assert.Equal("/devices", await later.SignInAsync(Me("operators")));
    }

    [Fact]
    public async Task An_account_is_who_the_provider_means_and_never_whoever_has_its_name()
    {
        // "anna" has a password here
        Assert.StartsWith("/sign-in?refused=auth.name", await _browser.SignInAsync(Me("admins") with { Name = "Anna" }), StringComparison.Ordinal);
        Assert.Null(_browser.Session);
        Assert.Null((await PersonAsync("anna"))!.Issuer);

        await _browser.SignInAsync(Me("everybody"));
        using var other = plane.Browser();
        Assert.StartsWith("/sign-in?refused=auth.name", await other.SignInAsync(new TestToken("somebody-else", Name, "admins")), StringComparison.Ordinal);
        Assert.StartsWith("/sign-in?refused=auth.name", await other.SignInAsync(new TestToken("a-third", "<b>x</b>", "admins")), StringComparison.Ordinal);

        await other.SignInAsync(Me("operators") with { Name = "renamed-there" });
        Assert.Equal(new WhoAmI(Name, Role.Operator), await other.WhoAmIAsync());
    }

    [Fact]
    public async Task An_account_of_the_provider_has_no_password_no_role_of_an_Admins_and_no_session_beyond_its_word()
    {
        await _browser.SignInAsync(Me("operators"));
        await RefusedAsync(Problems.PersonConflict, () => plane.Admin.People.ChangeAsync(Name, new PersonRequest(Role.Admin, Disabled: false), Cancel));
        await RefusedAsync(Problems.PersonConflict, () => plane.Admin.People.CreatePasswordLinkAsync(Name, Cancel));
        await RefusedAsync(Problems.AuthFailed, () => plane.Admin.Access.SignInAsync(new SignInRequest(Name, "", null), Cancel));

        var vouched = await plane.Server.ReadStoreAsync(store => Task.FromResult(store.Set<ControlPlane.Access.OperatorRow>().Single(o => o.Name == Name).VouchedUntil));
        var link = await plane.Admin.WithToken(_browser.Session!).Access.CreateSignInLinkAsync(Cancel);
        var elsewhere = await plane.Admin.Access.SignInAsync(new SignInRequest(null, null, link.Path.Split('=')[1]), Cancel);
        Assert.Equal(vouched, elsewhere.ExpiresAt);
    }

    [Fact]
    public async Task The_page_shows_the_provider_and_any_words_but_ours_stay_off_it()
    {
        var page = await _browser.ReadAsync("/sign-in?returnUrl=%2Fsamples");
        Assert.Contains("href=\"/sign-in/oidc?returnUrl=%2Fsamples\"", page, StringComparison.Ordinal);
        Assert.Contains("Sign in with Acme", page, StringComparison.Ordinal);
        Assert.DoesNotContain("role=\"alert\"", await _browser.ReadAsync("/sign-in?refused=call-0800"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task The_way_back_leads_nowhere_else(string returnUrl) =>
        Assert.Equal("/", await _browser.SignInAsync(Me("everybody"), returnUrl));

    public void Dispose() => _browser.Dispose();

    private static async Task RefusedAsync(ProblemKind kind, Func<Task> act) => Assert.Equal(kind, (await Assert.ThrowsAsync<ProblemException>(act)).Kind);

    private TestToken Me(params string[] groups) => new(_subject, Name, groups);

    private ValueTask<PersonResponse?> PersonAsync(string name) => plane.Admin.People.ListAsync(Cancel).SingleOrDefaultAsync(p => p.Name == name, Cancel);

    private async Task<List<string>> ActsAsync(string who) => (await plane.Server.ReadStoreAsync(store => Task.FromResult(
        store.Set<ControlPlane.Audit.AuditRow>().Where(r => r.Who == who).OrderByDescending(r => r.Sequence).Select(r => r.Act).ToList())))!;

    private Task<ControlPlane.Audit.AuditRow> LastAsync(string who) => plane.Server.ReadStoreAsync(store => Task.FromResult(
        store.Set<ControlPlane.Audit.AuditRow>().Where(r => r.Who == who).OrderByDescending(r => r.Sequence).First()));
}
