using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Fleet.Agent.Enrolment;
using Fleet.Agent.Link;
using Fleet.Agent.State;
using Fleet.Agent.Tests.Whole;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Trust;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Attacks;

/// <summary>The part of an enrolled agent that decides what is believed, with a clock of its own, over real sockets to a control plane in wrong hands.</summary>
internal sealed class TrustingDevice : IAsyncDisposable
{
    private readonly DeviceIdentity _identity;
    private readonly X509Certificate2 _certificate;
    private readonly HttpClient _http;
    private ReleaseTrust _trust;

    private TrustingDevice(FakeControlPlane plane, TestAgent agent)
    {
        (Plane, Agent, _identity) = (plane, agent, DeviceIdentity.LoadOrCreate(agent.Paths.Identity));
        _certificate = _identity.Certificate();
        _http = Connection.Open(PinnedCa.FromPem(_identity.Enrolment!.CaPem, TimeProvider.System), () => _certificate, ControlPlane.Read(agent.Paths)!.Address);
        Api = new DeviceApi(_http, TimeProvider.System);
        _trust = Open();
    }

    public FakeControlPlane Plane { get; }

    public TestAgent Agent { get; }

    public DeviceApi Api { get; }

    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public AgentState State => new StateStore(Agent.Paths, NullLogger<StateStore>.Instance).Current;

    public ReportedProblem? Stale => _trust.Stale;

    public static async Task<TrustingDevice> EnrolAsync()
    {
        var plane = await FakeControlPlane.StartAsync();
        return new TrustingDevice(plane, await TestAgent.EnrolAsync(plane, pictures: 0));
    }

    /// <summary>The device starts anew.</summary>
    public void Restart()
    {
        _trust.Dispose();
        _trust = Open();
    }

    /// <summary>Pulls the directive and judges it.</summary>
    public async Task<Desired> AcceptAsync() =>
        (await _trust.AcceptAsync((await Api.DesiredAsync(TestContext.Current.CancellationToken))!.Value.Envelope, TestContext.Current.CancellationToken)).Desired;

    public async Task RefusesDirectiveAsync(ProblemKind kind)
    {
        var before = JsonSerializer.Serialize(State, StateJson.Default.AgentState);
        var problem = await Assert.ThrowsAsync<ProblemException>(AcceptAsync);
        Assert.True(kind == problem.Kind, $"wanted {kind.Code}, got {problem.Kind.Code}: {problem.Message}");
        Assert.Equal(before, JsonSerializer.Serialize(State, StateJson.Default.AgentState));
    }

    /// <summary>Judges whether a version of the accepted directive may be installed.</summary>
    public Task JudgeAsync(DesiredVersion version) => _trust.MustBeReleasedAsync(Installed.Of(version), TestContext.Current.CancellationToken);

    public async Task RefusesVersionAsync(DesiredVersion version, ProblemKind kind)
    {
        var problem = await Assert.ThrowsAsync<ProblemException>(() => JudgeAsync(version));
        Assert.True(kind == problem.Kind, $"wanted {kind.Code}, got {problem.Kind.Code}: {problem.Message}");
    }

    /// <summary>Addresses a version to the device.</summary>
    public Task<Desired> DirectAsync(long generation, DesiredVersion version)
    {
        Plane.Direct(generation, [Agent.Camera(version)], [version]);
        return AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _trust.Dispose();
        _http.Dispose();
        _certificate.Dispose();
        _identity.Dispose();
        await Agent.DisposeAsync();
        await Plane.DisposeAsync();
    }

    private ReleaseTrust Open() => new(Agent.Paths, new StateStore(Agent.Paths, NullLogger<StateStore>.Instance), _identity.Enrolment!, Api, Time);
}
