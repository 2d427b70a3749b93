using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;

namespace Fleet.Agent.Tests.Faults;

/// <summary>A whole agent, and both of its links to a control plane and a broker, which can be spoilt.</summary>
internal sealed class LinkedAgent : IAsyncDisposable
{
    // so slowly that no picture comes a second time while a test runs: one that does is another sample of the same content
    private const double Fps = 3;
    private static readonly DevicePolicy Policy = new()
    {
        TelemetrySeconds = 1, WatchFrames = 5, RandomShare = 1, SamplesPerHour = 1_000_000, PreviewSeconds = 0, Motion = MotionGating.Off, Gather = new GatherPolicy { PoolSeconds = 0.1 },
    };

    private LinkedAgent(FakeControlPlane plane, FakeBroker broker)
    {
        (Plane, Broker, Https, Mqtt) = (plane, broker, new FaultyLink(new Uri(EnrolmentToken.Parse(plane.Token).Url).Port), new FaultyLink(plane.MqttPort));
        (plane.DevicePort, plane.MqttPort) = (Https.Port, Mqtt.Port);
    }

    public FakeControlPlane Plane { get; }

    public FakeBroker Broker { get; }

    public FaultyLink Https { get; }

    public FaultyLink Mqtt { get; }

    public TestAgent Agent { get; private set; } = null!;

    /// <summary>What is wrong with both links from now on.</summary>
    public LinkFault Fault
    {
        set => (Https.Fault, Mqtt.Fault) = (value, value);
    }

    private long Completed => Agent.Counters.Sum(c => c.Completed);

    private int Telemetry => Broker.Published.Count(p => p.Topic == Topics.Telemetry(A.Device));

    /// <summary>Version 1 is committed, and both links are up.</summary>
    public static async Task<LinkedAgent> StartAsync()
    {
        var plane = await FakeControlPlane.StartAsync();
        var linked = new LinkedAgent(plane, await FakeBroker.StartAsync(plane));
        linked.Agent = await TestAgent.EnrolAsync(plane, pictures: 120);
        linked.Want(1, TinyModel.Make(1));
        await linked.Agent.StartAsync();
        await linked.CommitsAsync(1);
        await linked.TelemetryComesAsync();
        return linked;
    }

    /// <summary>The device is told to run another version.</summary>
    public void Want(int number, byte[] model)
    {
        var version = Plane.Release(number, model);
        Plane.Direct(number, [Agent.Camera(version, Fps)], [version], Policy);
    }

    public async Task CommitsAsync(int number)
    {
        await Eventually.Is(() => Agent.Update(number)?.State >= UpdateState.Committed, TimeSpan.FromMinutes(2), $"version {number} has not ended: {Agent.Update(number)}");
        var update = Agent.Update(number)!;
        Assert.True(update is { State: UpdateState.Committed, FramesLost: 0 }, update.ToString());
    }

    /// <summary>Frames are completed, whatever the links do.</summary>
    public Task ServesAsync()
    {
        var before = Completed;
        return Eventually.Is(() => Completed >= before + 6);
    }

    public Task TelemetryComesAsync()
    {
        var before = Telemetry;
        return Eventually.Is(() => Telemetry > before, TimeSpan.FromMinutes(1));
    }

    /// <summary>Samples that wait on the device.</summary>
    public IReadOnlyList<Digest> Waiting() => [.. Directory.GetFiles(Agent.Paths.Outbox, "*.json").Select(f => Digest.FromHex(Path.GetFileNameWithoutExtension(f)))];

    /// <summary>All that waited come, and none of all that came did twice.</summary>
    public async Task SamplesComeOnceAsync(IReadOnlyList<Digest> waited)
    {
        await Eventually.Is(() => !Plane.Arrivals.IsEmpty && waited.All(Plane.Arrivals.Contains), TimeSpan.FromMinutes(1));
        Assert.Equal(Plane.Arrivals.Distinct().Count(), Plane.Arrivals.Count);
    }

    public async ValueTask DisposeAsync()
    {
        Fault = LinkFault.Cut;
        await Agent.DisposeAsync();
        await Https.DisposeAsync();
        await Mqtt.DisposeAsync();
        await Broker.DisposeAsync();
        await Plane.DisposeAsync();
    }
}
