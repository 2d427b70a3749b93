using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Audit;

public sealed class AuditTests : IAsyncLifetime
{
    private readonly RunningPlane _plane = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _plane.InitializeAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Writes_down_who_did_what_to_what_and_what_was_refused()
    {
        var viewer = await _plane.ClientAsync(Role.Viewer);
        await _plane.Admin.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(DeviceId.Parse("box-1")), Cancel);
        await Assert.ThrowsAsync<ProblemException>(() => viewer.Devices.RevokeAsync(DeviceId.Parse("box-1"), Cancel));

        var rows = (await _plane.Admin.Audit.PageAsync(new AuditFilter(), cursor: null, limit: null, Cancel)).Items;

        var admin = (await _plane.Admin.Access.WhoAmIAsync(Cancel)).Name;
        Assert.Contains(rows, r => r is { Act: "POST /api/v1/enrolment-tokens", Status: < 300 } && r.Who == admin);
        var refused = Assert.Single(rows, r => r.Status == 403);
        Assert.Equal(("POST /api/v1/devices/{device}/revoke", "box-1"), (refused.Act, refused.On));
        Assert.Equal(refused, Assert.Single((await _plane.Admin.Audit.PageAsync(new AuditFilter(Act: "revoke", Refused: true), cursor: null, limit: null, Cancel)).Items));
    }

    [Fact]
    public async Task Names_whom_a_stranger_claimed_to_be_but_not_the_password()
    {
        await Assert.ThrowsAsync<ProblemException>(() => _plane.Admin.WithToken(null).Access.SignInAsync(new SignInRequest("mallory", "guessed-it-all", Link: null), Cancel));

        var row = Assert.Single((await _plane.Admin.Audit.PageAsync(new AuditFilter(Who: "- mallory"), cursor: null, limit: null, Cancel)).Items);

        Assert.Equal(("POST /api/v1/session", 401), (row.Act, row.Status));
        Assert.DoesNotContain("guessed", row.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_let_strangers_fill_it()
    {
        var before = await _plane.Admin.Audit.HeadAsync(Cancel);
        var stranger = _plane.Admin.WithToken("no-such-token");

        await Assert.ThrowsAsync<ProblemException>(() => stranger.Devices.RevokeAsync(DeviceId.Parse("box-1"), Cancel));

        Assert.Equal(before, await _plane.Admin.Audit.HeadAsync(Cancel));
    }

    [Fact]
    public async Task Is_for_admins_alone()
    {
        var user = await _plane.ClientAsync(Role.Operator);

        var e = await Assert.ThrowsAsync<ProblemException>(() => user.Audit.PageAsync(new AuditFilter(), cursor: null, limit: null, Cancel));

        Assert.Equal(Problems.AuthForbidden, e.Kind);
    }

    [Fact]
    public async Task Is_whole_when_many_write_at_once()
    {
        await ActAsync(times: 20);

        var (head, fault) = await _plane.Admin.Audit.VerifyAsync(known: null, Cancel);

        Assert.Null(fault);
        Assert.True(head.Sequence >= 20);
    }

    [Theory]
    [InlineData("""UPDATE "Audit" SET "Who" = 'somebody else' WHERE "Sequence" = 3""", "Row 3 was changed")]
    [InlineData("""UPDATE "Audit" SET "Status" = 200 WHERE "Sequence" = 3""", "Row 3 was changed")]
    [InlineData("""DELETE FROM "Audit" WHERE "Sequence" = 3""", "Row 3 is missing")]
    [InlineData("""UPDATE "Audit" SET "Sequence" = CASE "Sequence" WHEN 3 THEN 4004 ELSE 3 END WHERE "Sequence" IN (3, 4); UPDATE "Audit" SET "Sequence" = 4 WHERE "Sequence" = 4004""", "Row 3")]
    public async Task Shows_a_row_that_was_changed_removed_or_moved_in_the_database(string sql, string expected)
    {
        await ActAsync(times: 6);
        await DatabaseAsync(sql);

        var (_, fault) = await _plane.Admin.Audit.VerifyAsync(known: null, Cancel);

        Assert.StartsWith(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_an_end_that_was_cut_off_to_whoever_kept_the_head()
    {
        await ActAsync(times: 6);
        var kept = AuditHead.Parse((await _plane.Admin.Audit.HeadAsync(Cancel)).ToString());
        await ActAsync(times: 1);
        Assert.Null((await _plane.Admin.Audit.VerifyAsync(kept, Cancel)).Fault);
        await DatabaseAsync("""DELETE FROM "Audit" WHERE "Sequence" > 4""");

        Assert.Null((await _plane.Admin.Audit.VerifyAsync(known: null, Cancel)).Fault);
        Assert.Contains("its end was cut off", (await _plane.Admin.Audit.VerifyAsync(kept, Cancel)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_a_log_that_was_written_anew_to_whoever_kept_the_head()
    {
        await ActAsync(times: 6);
        var kept = await _plane.Admin.Audit.HeadAsync(Cancel);
        await DatabaseAsync("""DELETE FROM "Audit" """);
        await ActAsync(times: (int)kept.Sequence + 1);

        Assert.Contains("was written anew", (await _plane.Admin.Audit.VerifyAsync(kept, Cancel)).Fault, StringComparison.Ordinal);
    }

    private Task<EnrolmentTokenResponse[]> ActAsync(int times) => Task.WhenAll(Enumerable.Range(0, times)
        .Select(i => _plane.Admin.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(DeviceId.Parse($"box-{i}")), Cancel)));

    private async Task DatabaseAsync(string sql)
    {
        await using var store = await _plane.Services.GetRequiredService<IDbContextFactory<FleetStore>>().CreateDbContextAsync(Cancel);
        Assert.NotEqual(0, await store.Database.ExecuteSqlRawAsync(sql, Cancel));
    }
}
