using Fleet.Agent.Enrolment;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;

namespace Fleet.Agent.Tests.Whole;

public sealed class EnrolTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private AgentPaths Paths => AgentPaths.Of(_folder.At("data"));

    [Fact]
    public async Task The_same_token_again_after_a_cut_ends_the_same()
    {
        await using var plane = await FakeControlPlane.StartAsync();

        var first = await EnrolAsync(plane.Token);
        var again = await EnrolAsync(plane.Token);

        Assert.Equal((A.Device, first.CertificatePem), (again.Device, again.CertificatePem));
        using var identity = DeviceIdentity.LoadOrCreate(Paths.Identity);
        Assert.Equal(A.Device, identity.Enrolment!.Device);
    }

    [Fact]
    public async Task A_new_token_of_the_same_control_plane_changes_the_key_and_keeps_what_the_device_holds()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        var first = await EnrolAsync(plane.Token);
        await File.WriteAllTextAsync(Path.Combine(Paths.Outbox, "kept"), "", TestContext.Current.CancellationToken);

        plane.Secret = OneTimeSecret.Create();
        var second = await EnrolAsync(plane.Token);

        Assert.NotEqual(first.CertificatePem, second.CertificatePem);
        Assert.Equal(second, await EnrolAsync(plane.Token));
        using var identity = DeviceIdentity.LoadOrCreate(Paths.Identity);
        using var certificate = identity.Certificate();
        Assert.Equal(second.CertificatePem, identity.Enrolment!.CertificatePem);
        Assert.True(File.Exists(Path.Combine(Paths.Outbox, "kept")));
    }

    [Fact]
    public async Task A_token_of_another_control_plane_gets_nothing_from_a_device_that_is_enrolled()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var other = await FakeControlPlane.StartAsync();
        await EnrolAsync(plane.Token);

        var refused = await Assert.ThrowsAsync<UsageException>(() => EnrolAsync(other.Token));

        Assert.Contains("of another control plane", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_the_token_does_not_pin_gets_nothing_and_is_named()
    {
        await using var plane = await FakeControlPlane.StartAsync();

        var refused = await Assert.ThrowsAsync<UsageException>(() => EnrolAsync(plane.TokenWith(new string('0', 64))));

        Assert.Contains("is not the control plane that the token pins", refused.Message, StringComparison.Ordinal);
        AssertNotEnrolled();
    }

    [Fact]
    public async Task A_spent_token_is_told_in_the_servers_words()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        var ticket = EnrolmentToken.Parse(plane.Token);

        var refused = await Assert.ThrowsAsync<ProblemException>(() => EnrolAsync(EnrolmentToken.Encode(ticket with { Secret = OneTimeSecret.Create() })));

        Assert.Equal(("enrolment.token", "This enrolment token was used or has expired. Make a new one."), (refused.Kind.Code, refused.Message));
        AssertNotEnrolled();
    }

    [Fact]
    public async Task A_server_that_is_away_is_named_with_what_to_do()
    {
        string token;
        await using (var plane = await FakeControlPlane.StartAsync())
        {
            token = plane.Token;
        }

        var refused = await Assert.ThrowsAsync<UsageException>(() => EnrolAsync(token));

        Assert.Contains("cannot be reached", refused.Message, StringComparison.Ordinal);
        AssertNotEnrolled();
    }

    public void Dispose() => _folder.Dispose();

    private void AssertNotEnrolled()
    {
        using var identity = DeviceIdentity.LoadOrCreate(Paths.Identity);
        Assert.Null(identity.Enrolment);
    }

    private Task<EnrolResponse> EnrolAsync(string token) => Enrol.RunAsync(token, Paths, TimeProvider.System, TestContext.Current.CancellationToken);
}
