using Fleet.Agent.Enrolment;
using Fleet.Agent.Link;
using Fleet.Contracts;
using Fleet.Trust;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Whole;

public sealed class RenewalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_asked_before_two_thirds_and_then_connections_show_a_new_certificate()
    {
        await using var world = await World.StartAsync();

        await world.Renewal.RunOnceAsync(Cancel);
        Assert.Empty(world.Plane.RenewalRequests);
        Assert.InRange(world.Renewal.Period(), TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        world.Time.Advance(TimeSpan.FromDays(23));
        Assert.Equal(TimeSpan.Zero, world.Renewal.Period());
        var old = await world.ShownAsync();
        await world.Renewal.RunOnceAsync(Cancel);

        Assert.NotEqual(old, await world.ShownAsync());
        Assert.Equal(world.Credential.Current.Thumbprint, await world.ShownAsync());
        Assert.Single(world.Plane.RenewalRequests);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again_with_the_same_key_and_nothing_changes_before()
    {
        await using var world = await World.StartAsync();
        world.Time.Advance(TimeSpan.FromDays(23));
        world.Plane.RenewalStatus = 503;
        await Assert.ThrowsAsync<ProblemException>(() => world.Renewal.RunOnceAsync(Cancel));
        var before = await world.ShownAsync();

        world.Plane.RenewalStatus = 200;
        await world.Renewal.RunOnceAsync(Cancel);

        Assert.NotEqual(before, await world.ShownAsync());
        Assert.Equal(2, world.Plane.RenewalRequests.Count);
        Assert.Single(world.Plane.RenewalRequests.Select(KeyOf).Distinct());
    }

    private static string KeyOf(string pem) => Convert.ToHexString(System.Security.Cryptography.X509Certificates.CertificateRequest
        .LoadSigningRequestPem(pem, System.Security.Cryptography.HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo());

    private sealed class World : IAsyncDisposable
    {
        private TestAgent _agent = null!;
        private DeviceIdentity _identity = null!;
        private HttpClient _http = null!;

        public FakeControlPlane Plane { get; private set; } = null!;

        public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

        public DeviceCredential Credential { get; private set; } = null!;

        public Renewal Renewal { get; private set; } = null!;

        public static async Task<World> StartAsync()
        {
            var world = new World { Plane = await FakeControlPlane.StartAsync() };
            world._agent = await TestAgent.EnrolAsync(world.Plane, pictures: 0);
            world._identity = DeviceIdentity.LoadOrCreate(world._agent.Paths.Identity);
            world.Credential = new DeviceCredential(world._identity, world.Time);
            world._http = world.Open();
            world.Renewal = new Renewal(new DeviceApi(world._http, TimeProvider.System), world.Credential, world.Time, NullLogger<Renewal>.Instance);
            return world;
        }

        /// <summary>What a new connection shows.</summary>
        public async Task<string?> ShownAsync()
        {
            using var http = Open();
            await new DeviceApi(http, TimeProvider.System).DesiredAsync(Cancel);
            return Plane.Shown?.Thumbprint;
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            Credential.Dispose();
            _identity.Dispose();
            await _agent.DisposeAsync();
            await Plane.DisposeAsync();
        }

        private HttpClient Open() => Connection.Open(PinnedCa.FromPem(_identity.Enrolment!.CaPem, TimeProvider.System), () => Credential.Current, ControlPlane.Read(_agent.Paths)!.Address);
    }
}
