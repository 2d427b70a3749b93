using Fleet.Agent.Commands;
using Fleet.Agent.Health;
using Fleet.Agent.Link;
using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Reporting;
using Fleet.Agent.Shadow;
using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fleet.Agent;

/// <summary>Signals of loops that nobody else owns.</summary>
internal sealed class Wakes
{
    public Signal Pull { get; } = new();

    public Signal Device { get; } = new();

    public Signal Upload { get; } = new();
}

/// <summary>First to start and last to stop: settles what the last run left, and lets the parts wake each other.</summary>
internal sealed class AgentLife(IServiceProvider parts, Wakes wakes, StateStore store, DeviceReconciler cameras) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        store.Change(Boot.Start);
        var report = parts.GetRequiredService<Report>();
        var mqtt = parts.GetRequiredService<MqttLink>();
        mqtt.Nudged += wakes.Pull.Set;
        mqtt.Connected += wakes.Pull.Set;
        mqtt.Connected += report.Must;
        store.Changed += report.Wake.Set;
        store.Changed += wakes.Device.Set;
        var pull = parts.GetRequiredService<DirectivePull>();
        pull.Judged += report.Wake.Set;
        pull.Judged += parts.GetRequiredService<CommandDesk>().Wake.Set;
        pull.Judged += parts.GetRequiredService<ShadowDesk>().Wake.Set;
        parts.GetRequiredService<CameraUnits>().Changed += report.Wake.Set;
        parts.GetRequiredService<PressureWatch>().Changed += report.Wake.Set;
        parts.GetRequiredService<SampleOutbox>().Added += wakes.Upload.Set;
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await cameras.DisposeAsync();
        parts.GetRequiredService<SampleKeeper>().Close();
    }
}
