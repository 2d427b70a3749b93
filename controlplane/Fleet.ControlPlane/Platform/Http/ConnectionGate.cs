using System.Collections.Concurrent;
using System.Net;
using Fleet.Contracts;
using Fleet.Trust;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Fleet.ControlPlane.Platform.Http;

/// <summary>
/// How many connections one caller may have open at the listeners that are open to everyone. Before TLS a caller is an address, and only handshakes count:
/// a site's devices may all come from one. After TLS it is the device, or the address of one without a certificate.
/// </summary>
internal sealed class ConnectionGate
{
    public const int MaxHandshakesOfAddress = 512;
    public const int MaxOfDevice = 16;
    public const int MaxOfStranger = 64;
    private readonly ConcurrentDictionary<object, int> _open = new();

    /// <summary>Put it before TLS.</summary>
    public void LimitHandshakes(IConnectionBuilder connections) => connections.Use(next => async connection =>
    {
        var handshake = new Handshake(Address(connection));
        if (!TryEnter(handshake, MaxHandshakesOfAddress))
        {
            connection.Abort(new ConnectionAbortedException("Too many handshakes of one address."));
            return;
        }

        var pass = new Pass(() => Leave(handshake));
        connection.Features.Set(pass);
        try
        {
            await next(connection);
        }
        finally
        {
            pass.End();
        }
    });

    /// <summary>Put it after TLS.</summary>
    public void LimitCallers(IConnectionBuilder connections) => connections.Use(next => async connection =>
    {
        connection.Features.Get<Pass>()?.End();
        var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        object caller = certificate is not null && DeviceCertificate.TryReadDeviceId(certificate, out var device) ? device : Address(connection);
        if (!TryEnter(caller, caller is DeviceId ? MaxOfDevice : MaxOfStranger))
        {
            connection.Abort(new ConnectionAbortedException("Too many connections of one caller."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(caller);
        }
    });

    private static IPAddress Address(ConnectionContext connection) => (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;

    private bool TryEnter(object caller, int limit)
    {
        if (_open.AddOrUpdate(caller, 1, (_, count) => count + 1) <= limit)
        {
            return true;
        }

        Leave(caller);
        return false;
    }

    private void Leave(object caller)
    {
        if (_open.AddOrUpdate(caller, 0, (_, count) => count - 1) == 0)
        {
            // only if it is still nobody's: another may have come in meanwhile
            _open.TryRemove(new KeyValuePair<object, int>(caller, 0));
        }
    }

    private sealed record Handshake(IPAddress Address);

    /// <summary>Ends once, however often it is told to.</summary>
    private sealed class Pass(Action end)
    {
        private Action? _end = end;

        public void End() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
