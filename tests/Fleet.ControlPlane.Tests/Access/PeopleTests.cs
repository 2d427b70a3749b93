using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;

namespace Fleet.ControlPlane.Tests.Access;

public sealed class PeopleTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private const string Password = "a long enough one";
    private readonly string _name = $"p{Guid.NewGuid():N}"[..20];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private FleetClient Admin => plane.Admin;

    [Fact]
    public async Task Whoever_was_invited_chooses_a_password_once_and_may_do_what_the_role_says()
    {
        var link = await Admin.People.InviteAsync(new InviteRequest(_name, Role.Labeller), Cancel);
        await RefusedAsync(Problems.AuthFailed, () => SignInAsync(""));
        Assert.True((await MeAsync()).Invited);

        var session = await ChooseAsync(link, Password);

        Assert.Equal((_name, Role.Labeller), (session.Name, session.Role));
        await RefusedAsync(Problems.AuthLinkSpent, () => ChooseAsync(link, "another long one"));
        Assert.Equal(Role.Labeller, (await SignInAsync(Password)).Role);
        await RefusedAsync(Problems.AuthForbidden, () => Admin.WithToken(session.Token).Devices.RevokeAsync(DeviceId.Parse("box-1"), Cancel));
        Assert.True(await MeAsync() is { Invited: false, LastSignInAt: not null });
    }

    [Fact]
    public async Task A_link_that_expired_and_one_for_signing_in_choose_no_password()
    {
        var late = await Admin.People.InviteAsync(new InviteRequest(_name, Role.Viewer), Cancel);
        await plane.Server.StoreAsync(store => store.Set<LinkRow>().Single(l => l.Operator == _name).ExpiresAt = TimeProvider.System.GetUtcNow());
        await RefusedAsync(Problems.AuthLinkSpent, () => ChooseAsync(late, Password));

        var session = await ChooseAsync(await Admin.People.CreatePasswordLinkAsync(_name, Cancel), Password);
        var other = await Admin.WithToken(session.Token).Access.CreateSignInLinkAsync(Cancel);
        await RefusedAsync(Problems.AuthLinkSpent, () => Admin.People.ChoosePasswordAsync(new PasswordRequest(TokenOf(other.Path), "a stolen session's"), Cancel));
    }

    [Fact]
    public async Task A_reset_ends_older_links_and_every_session_and_the_old_password()
    {
        var session = await ChooseAsync(await Admin.People.InviteAsync(new InviteRequest(_name, Role.Viewer), Cancel), Password);
        var first = await Admin.People.CreatePasswordLinkAsync(_name, Cancel);
        var second = await Admin.People.CreatePasswordLinkAsync(_name, Cancel);
        await RefusedAsync(Problems.AuthLinkSpent, () => ChooseAsync(first, "who has the first link"));
        Assert.Equal(_name, (await Admin.WithToken(session.Token).Access.WhoAmIAsync(Cancel)).Name);

        await ChooseAsync(second, "quite another one");

        await RefusedAsync(Problems.AuthRequired, () => Admin.WithToken(session.Token).Access.WhoAmIAsync(Cancel));
        await RefusedAsync(Problems.AuthFailed, () => SignInAsync(Password));
        await SignInAsync("quite another one");
    }

    [Fact]
    public async Task A_role_changes_at_once_and_whoever_is_disabled_is_out_at_once_also_with_a_link()
    {
        var session = await ChooseAsync(await Admin.People.InviteAsync(new InviteRequest(_name, Role.Viewer), Cancel), Password);
        var mine = Admin.WithToken(session.Token);
        await Admin.People.ChangeAsync(_name, new PersonRequest(Role.Operator, Disabled: false), Cancel);
        Assert.Equal(Role.Operator, (await mine.Access.WhoAmIAsync(Cancel)).Role);
        var link = await mine.Access.CreateSignInLinkAsync(Cancel);

        await Admin.People.ChangeAsync(_name, new PersonRequest(Role.Operator, Disabled: true), Cancel);

        await RefusedAsync(Problems.AuthRequired, () => mine.Access.WhoAmIAsync(Cancel));
        await RefusedAsync(Problems.AuthFailed, () => SignInAsync(Password));
        await RefusedAsync(Problems.AuthLinkSpent, () => Admin.Access.SignInAsync(new SignInRequest(null, null, TokenOf(link.Path)), Cancel));
        await RefusedAsync(Problems.PersonConflict, () => Admin.People.CreatePasswordLinkAsync(_name, Cancel));

        await Admin.People.ChangeAsync(_name, new PersonRequest(Role.Operator, Disabled: false), Cancel);
        await SignInAsync(Password);
        await Admin.People.RemoveAsync(_name, Cancel);
        await RefusedAsync(Problems.AuthFailed, () => SignInAsync(Password));
        await RefusedAsync(Problems.PersonUnknown, () => Admin.People.RemoveAsync(_name, Cancel));
    }

    [Fact]
    public async Task The_last_admin_who_can_sign_in_stays()
    {
        await Admin.People.InviteAsync(new InviteRequest(_name, Role.Admin), Cancel);

        await RefusedAsync(Problems.PersonConflict, () => Admin.People.RemoveAsync("anna", Cancel));
        await RefusedAsync(Problems.PersonConflict, () => Admin.People.ChangeAsync("anna", new PersonRequest(Role.Viewer, Disabled: false), Cancel));
        await RefusedAsync(Problems.PersonConflict, () => Admin.People.ChangeAsync("anna", new PersonRequest(Role.Admin, Disabled: true), Cancel));

        Assert.Equal(new WhoAmI("anna", Role.Admin), await Admin.Access.WhoAmIAsync(Cancel));
    }

    [Theory]
    [InlineData("anna", Role.Viewer, "person.conflict")]
    [InlineData("ANNA", Role.Viewer, "person.conflict")]
    [InlineData("gpu-box", Role.Trainer, "request.invalid")]
    [InlineData("<b>bold</b>", Role.Viewer, "request.invalid")]
    [InlineData("../people", Role.Viewer, "request.invalid")]
    public async Task Takes_no_second_account_of_a_name_no_trainer_and_no_strange_name(string name, Role role, string code)
    {
        var e = await Assert.ThrowsAsync<ProblemException>(() => Admin.People.InviteAsync(new InviteRequest(name, role), Cancel));

        Assert.Equal(code, e.Kind.Code);
    }

    [Fact]
    public async Task Every_act_is_written_down_with_whom_it_is_about_and_no_secret()
    {
        var link = await Admin.People.InviteAsync(new InviteRequest(_name, Role.Viewer), Cancel);
        await ChooseAsync(link, Password);
        var mallory = await plane.ClientAsync(Role.Approver);
        await RefusedAsync(Problems.AuthForbidden, () => mallory.People.ChangeAsync(_name, new PersonRequest(Role.Admin, Disabled: false), Cancel));

        var rows = (await Admin.Audit.PageAsync(new AuditFilter(), cursor: null, limit: 200, Cancel)).Items;

        Assert.Contains(rows, r => r is { Act: "POST /api/v1/people", Status: 201 } && r.On == $"{_name} Viewer");
        Assert.Contains(rows, r => r is { Act: "POST /api/v1/password", Status: 200 } && r.Who == $"- {_name}");
        Assert.Contains(rows, r => r is { Act: "PUT /api/v1/people/{name}", Status: 403 } && r.On == _name);
        Assert.DoesNotContain(rows, r => r.ToString().Contains(TokenOf(link.Path), StringComparison.Ordinal) || r.ToString().Contains(Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_are_listed_without_their_secret_with_maker_end_and_last_use()
    {
        var made = await Admin.Access.CreateApiKeyAsync(new ApiKeyRequest(_name, Role.Viewer, Days: 1), Cancel);
        Assert.Null((await KeyAsync(Admin))!.LastUsedAt);

        await Admin.WithToken(made.Key).Access.WhoAmIAsync(Cancel);

        var listed = (await KeyAsync(Admin))!;
        Assert.NotNull(listed.LastUsedAt);
        Assert.Equal((made.Id, "anna", Role.Viewer, made.ExpiresAt), (listed.Id, listed.CreatedBy, listed.Role, listed.ExpiresAt));
        Assert.Null(await KeyAsync(await plane.ClientAsync(Role.Operator)));
    }

    private static string TokenOf(string path) => path.Split('=')[1];

    private static async Task RefusedAsync(ProblemKind kind, Func<Task> act) => Assert.Equal(kind, (await Assert.ThrowsAsync<ProblemException>(act)).Kind);

    private async Task<ApiKeyEntry?> KeyAsync(FleetClient client) => await client.Access.ApiKeysAsync(Cancel).SingleOrDefaultAsync(k => k.Name == _name, Cancel);

    private Task<SessionResponse> SignInAsync(string password) => Admin.Access.SignInAsync(new SignInRequest(_name, password, Link: null), Cancel);

    private Task<SessionResponse> ChooseAsync(PersonLink link, string password) => Admin.WithToken(null).People.ChoosePasswordAsync(new PasswordRequest(TokenOf(link.Path), password), Cancel);

    private async Task<PersonResponse> MeAsync() => await Admin.People.ListAsync(Cancel).SingleAsync(p => p.Name == _name, Cancel);
}
