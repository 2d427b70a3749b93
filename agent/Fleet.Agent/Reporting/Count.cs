using Fleet.Agent.Drift;
using Fleet.Agent.Health;
using Fleet.Agent.Link;
using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Shadow;
using Fleet.Contracts;

namespace Fleet.Agent.Reporting;

/// <summary>Sends counters; they only rise, so none are kept for when the link is away.</summary>
internal sealed class Count(DeviceId device, CameraUnits cameras, CountedParts parts, MqttLink mqtt, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>When the first frame since the start was completed; null before it.</summary>
    public DateTimeOffset? FirstFrameAt => cameras.FirstFrameAt;

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (mqtt.IsConnected)
        {
            await mqtt.CountAsync(Read(), cancellationToken);
        }
    }

    internal Telemetry Read()
    {
        var (samples, bytes) = parts.Outbox.Size;
        var shadows = parts.Shadows.Counters.ToList();
        var (zones, lines) = (cameras.Zones.ToList(), cameras.Lines.ToList());
        return new Telemetry(device, time.GetUtcNow(), _startedAt, [.. cameras.Counters], samples, bytes, Environment.WorkingSet, [.. cameras.Sources], parts.Pressure.Health)
        {
            Zones = zones.Count > 0 ? zones : null,
            Lines = lines.Count > 0 ? lines : null,
            Gather = parts.Samples.Read(),
            Drift = parts.Drift.Read(),
            Shadows = shadows.Count > 0 ? shadows : null,
            EmptyFacings = zones.Count(z => z.IsEmpty is true),
        };
    }
}

/// <summary>What is counted besides the cameras.</summary>
internal sealed record CountedParts(SampleOutbox Outbox, SampleKeeper Samples, DriftWatches Drift, PressureWatch Pressure, ShadowDesk Shadows);
