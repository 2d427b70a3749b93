using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.ControlPlane.Broker;

namespace Fleet.ControlPlane.Devices;

/// <summary>What devices have open, so that it can be ended at once.</summary>
internal sealed class DeviceConnections(DeviceBus bus)
{
    private readonly ConcurrentDictionary<HttpContext, DeviceId> _requests = new();

    /// <summary>Remembers a request until it is over. Call it before the gate is asked: whoever is shut out then is either refused there or ended here.</summary>
    public void Track(HttpContext http, DeviceId device)
    {
        if (_requests.TryAdd(http, device))
        {
            http.Response.OnCompleted(() => Task.FromResult(_requests.TryRemove(http, out _)));
        }
    }

    /// <summary>Ends a device's requests and its MQTT connection; call it once the store says that it may not come in.</summary>
    public Task EndAsync(DeviceId device)
    {
        foreach (var (http, _) in _requests.Where(r => r.Value == device))
        {
            http.Abort();
        }

        return bus.DisconnectAsync(device);
    }
}
