using System.Diagnostics;
using Fleet.Agent.Enrolment;
using Fleet.Agent.Link;
using Fleet.Agent.Reporting;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Status;

/// <summary>Puts together what the parts know of themselves.</summary>
internal sealed class StatusReader(Report report, Count count, MqttLink mqtt, ControlPlane plane, DeviceCredential credential, StateStore store)
{
    public AgentStatus Read()
    {
        using var own = Process.GetCurrentProcess();
        return new AgentStatus(
            report.Read(),
            count.Read(),
            new LinkStatus(plane.Address.GetLeftPart(UriPartial.Authority), mqtt.IsConnected, new DateTimeOffset(credential.Current.NotAfter).ToUniversalTime()),
            Read(own),
            (store.Current.Desired?.Cameras ?? []).ToDictionary(c => c.Id.ToString(), c => CameraAddress.Redact(c.Source)));
    }

    private ProcessStatus Read(Process own) => new(
        own.Id,
        own.WorkingSet64,
        GC.GetTotalMemory(forceFullCollection: false),
        Directory.GetFiles("/proc/self/fd").Length,
        own.Threads.Count,
        Environment.CpuUsage.TotalTime.TotalSeconds,
        GC.GetTotalAllocatedBytes(),
        (count.FirstFrameAt - own.StartTime.ToUniversalTime())?.TotalSeconds);
}
