using System.Text.Json.Nodes;
using Fleet.Client;
using Fleet.Console.Parts;
using Fleet.Console.Settings;
using Fleet.ControlPlane.Tests.Platform;

namespace Fleet.ControlPlane.Tests.Settings;

/// <summary>What the page of publishers shows.</summary>
public sealed class ReleaseRolesTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Roles_keys_and_thresholds_are_those_of_the_metadata_that_devices_get()
    {
        using var client = new FleetClient(new FleetClientOptions { Address = shared.Fleet.Http.BaseAddress!, Token = shared.Fleet.Admin.Token });
        var roles = await ReleaseRoles.LoadAsync(client, TestContext.Current.CancellationToken);

        Assert.Equal(["root", "targets", "snapshot", "timestamp"], roles.Select(r => r.Name));
        Assert.Equal((2L, 3, 1L), (roles[0].Threshold, roles[0].Keys.Count, roles[0].Version));
        Assert.All(roles[0].Keys, k => Assert.True(k.Signed));
        Assert.All(roles, r => Assert.Equal(Tone.Good, r.Standing(TimeProvider.System.GetUtcNow()).Tone));
        Assert.Equal(roles[3].Keys[0].Id, Assert.Single(roles[3].Keys, k => k is { Signed: true, Scheme: "ecdsa-sha2-nistp256" }).Id);
    }

    [Theory]
    [InlineData("targets", 60, Tone.Good)]
    [InlineData("targets", 29, Tone.Warn)]
    [InlineData("root", 29, Tone.Warn)]
    [InlineData("root", 0, Tone.Bad)]
    [InlineData("timestamp", 1, Tone.Good)]
    [InlineData("timestamp", 0.2, Tone.Warn)]
    [InlineData("snapshot", 3, Tone.Good)]
    [InlineData("snapshot", 1, Tone.Warn)]
    [InlineData("partner", 10, Tone.Warn)]
    public void Warns_while_there_is_still_time_to_sign_anew(string role, double daysLeft, Tone tone)
    {
        var word = new ReleaseRole(role, "root", [], 1, 1, Now.AddDays(daysLeft)).Standing(Now);

        Assert.Equal(tone, word.Tone);
        Assert.Equal(tone != Tone.Good, word.Detail is not null);
    }

    [Fact]
    public void A_role_that_publishers_delegated_to_names_what_it_may_sign_and_which_keys_have()
    {
        var role = JsonNode.Parse("""{"name":"partner","keyids":["aa","bb"],"threshold":2,"terminating":true,"paths":["models/shelf/*"]}""")!;
        var keys = JsonNode.Parse("""{"aa":{"scheme":"ed25519"}}""")!;
        var signed = JsonNode.Parse("""{"signatures":[{"keyid":"bb","sig":"00"}],"signed":{"version":7,"expires":"2027-01-01T00:00:00Z"}}""");

        var read = ReleaseRoles.Read("partner", "targets", role, keys, signed);

        Assert.Equal([("aa", "ed25519", false), ("bb", "unknown", true)], read.Keys.Select(k => (k.Id, k.Scheme, k.Signed)));
        Assert.Equal((2L, 7L, new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)), (read.Threshold, read.Version, read.ExpiresAt));
        Assert.Equal(["models/shelf/*"], read.Paths!);
        Assert.Equal("Nothing signed", ReleaseRoles.Read("partner", "targets", role, keys, signed: null).Standing(Now).Text);
    }
}
