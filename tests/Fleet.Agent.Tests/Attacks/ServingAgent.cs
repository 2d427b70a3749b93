using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.AspNetCore.Http;

namespace Fleet.Agent.Tests.Attacks;

/// <summary>A whole agent over real sockets that serves its second version, and a control plane in wrong hands: it can say what it likes, sign directives, and release what a publisher's key is used for.</summary>
public sealed class ServingAgent : IAsyncLifetime
{
    private static readonly DevicePolicy Quick = new() { WatchFrames = 5, WatchSeconds = 20, WatchSlowdown = 1000, PreviewSeconds = 0, SamplesPerHour = 0 };
    private FakeControlPlane? _plane;
    private TestAgent? _agent;
    private int _released = 2;
    private long _generation = 1;

    internal FakeControlPlane Plane => _plane!;

    internal TestAgent Agent => _agent!;

    /// <summary>Released before the one that serves.</summary>
    internal DesiredVersion Older { get; private set; } = null!;

    /// <summary>The one that serves.</summary>
    internal DesiredVersion Serving { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await FakeControlPlane.StartAsync();
        _agent = await TestAgent.EnrolAsync(_plane);
        (Older, Serving) = (_plane.Release(1, TinyModel.Make(1)), _plane.Release(2, TinyModel.Make(0.99f)));
        _plane.Direct(_generation, [_agent.Camera(Serving)], [Serving], Quick);
        await _agent.StartAsync();
        await Eventually.Is(() => _agent.Update(2)?.State == UpdateState.Committed);
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }
    }

    /// <summary>A further version, signed by a publisher.</summary>
    internal DesiredVersion Release(byte[] model) => Plane.Release(++_released, model);

    internal DesiredVersion Release() => Release(TinyModel.Make(0.8f + (_released * 0.001f)));

    /// <summary>Tells the device to run <paramref name="wanted"/>, and sees that it does not.</summary>
    /// <param name="wanted">The version.</param>
    /// <param name="end">How the update ends.</param>
    /// <param name="code">The problem that is reported.</param>
    /// <param name="download">What is answered to downloads meanwhile; null sends files as they are.</param>
    internal async Task RefusesAsync(DesiredVersion wanted, UpdateState end, string code, Func<int, byte[], HttpContext, Task>? download = null)
    {
        Plane.Download = download;
        try
        {
            var generation = ++_generation;
            Plane.Direct(generation, [Agent.Camera(wanted)], [wanted], Quick);
            await Eventually.Is(() => Plane.Reported?.Generation == generation);
            var update = Plane.Reported!.Updates.Single(u => u.Version == wanted.Id);
            Assert.Equal((end, code), (update.State, update.Problem?.Code));
        }
        finally
        {
            Plane.Download = null;
        }

        await ServesOnAsync();
    }

    /// <summary>The version from before completes further frames.</summary>
    internal async Task ServesOnAsync()
    {
        Assert.Equal(Serving.Id, Assert.Single(Agent.Reported.Cameras).Version);
        var before = Completed();
        await Eventually.Is(() => Completed() > before);
    }

    private long Completed() => Agent.Counters.Where(c => c.Version == Serving.Id).Sum(c => c.Completed);
}
