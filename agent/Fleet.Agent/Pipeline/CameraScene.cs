using Fleet.Agent.Drift;
using Fleet.Contracts;
using Fleet.Vision.Tracking;

namespace Fleet.Agent.Pipeline;

/// <summary>What is followed and counted in one camera's picture. It outlives a camera that is set anew: counters only rise.</summary>
internal sealed class CameraScene(DeviceId device, DeviceLoad load, DriftWatch drift, TimeProvider time)
{
    public DeviceId Device => device;

    public DriftWatch Drift => drift;

    /// <summary>Places in the camera's picture.</summary>
    public IReadOnlyList<Zone> Zones { get; private set; } = [];

    public SceneWatch Watch { get; } = new();

    public MotionGate Gate { get; } = new(load, time);

    /// <summary>Takes effect with the next frame; the camera is not opened anew.</summary>
    public void Apply(DesiredCamera camera)
    {
        Zones = camera.Zones ?? [];
        Watch.Set(Zones, camera.Lines ?? []);
        Gate.Mode = camera.Motion;
    }

    /// <summary>The camera is gone.</summary>
    public void Clear() => Watch.Set([], []);
}
