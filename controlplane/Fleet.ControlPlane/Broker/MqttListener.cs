using Microsoft.AspNetCore.Server.Kestrel.Core;
using MQTTnet.AspNetCore;

namespace Fleet.ControlPlane.Broker;

internal static class MqttListener
{
    /// <summary>Puts the broker behind TLS, with a guard on packet sizes between the two.</summary>
    public static void Use(ListenOptions listen)
    {
        listen.Use(next => connection =>
        {
            connection.Transport = new GuardedPipe(connection.Transport, new PacketGuard(connection.Transport.Input));
            return next(connection);
        });
        listen.UseMqtt();
    }

    private sealed class GuardedPipe(System.IO.Pipelines.IDuplexPipe inner, PacketGuard input) : System.IO.Pipelines.IDuplexPipe
    {
        public System.IO.Pipelines.PipeReader Input => input;

        public System.IO.Pipelines.PipeWriter Output => inner.Output;
    }
}
