using System.Collections.Concurrent;
using System.Net;
using Fleet.Contracts;
using Fleet.ControlPlane.Audit;

namespace Fleet.ControlPlane.Devices;

/// <summary>Writes down that a device was turned away: once in a while for each, because a device tries again all the time.</summary>
/// <remarks>Only who has a certificate of our CA gets here, so that strangers cannot fill the log.</remarks>
internal sealed class DeviceKnocks(AuditLog audit, TimeProvider time)
{
    private static readonly TimeSpan Silence = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(DeviceId Device, string Code), DateTimeOffset> _told = new();

    public Task TellAsync(DeviceId device, ProblemKind refusal, IPAddress? address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = (device, refusal.Code);
        var isNew = _told.TryAdd(key, now);
        var isDue = isNew || (_told.TryGetValue(key, out var last) && now - last >= Silence && _told.TryUpdate(key, now, last));
        return isDue ? audit.WriteAsync(device.ToString(), $"knocked: {refusal.Code}", device.ToString(), refusal.Status, address?.ToString() ?? "", cancellationToken) : Task.CompletedTask;
    }
}
