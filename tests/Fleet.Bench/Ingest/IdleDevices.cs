using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fleet.Bench.Ingest;

/// <summary>Devices that are connected, subscribed to their own topics, and silent.</summary>
internal sealed class IdleDevices : IDisposable
{
    private const int AtOnce = 8;

    // longer than a bench, so that no keep-alive falls into it
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(1000);
    private readonly ConcurrentBag<IMqttClient> _clients = [];

    public int Connected => _clients.Count(c => c.IsConnected);

    public static async Task<IdleDevices> ConnectAsync(IEnumerable<EnrolledDevice> devices, int port, CancellationToken cancellationToken)
    {
        var idle = new IdleDevices();
        try
        {
            await Parallel.ForEachAsync(devices, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, (device, token) => idle.ConnectOneAsync(device, port, token));
            return idle;
        }
        catch
        {
            idle.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }

    private async ValueTask ConnectOneAsync(EnrolledDevice device, int port, CancellationToken cancellationToken)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        _clients.Add(client);
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer(IPAddress.Loopback.ToString(), port)
            .WithClientId(device.Id.ToString())
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithKeepAlivePeriod(KeepAlive)
            .WithTlsOptions(tls => tls.UseTls().WithClientCertificates(new X509Certificate2Collection(device.Certificate))
                .WithCertificateValidationHandler(e => device.Ca.Validate(client, e.Certificate, e.Chain, e.SslPolicyErrors)))
            .Build();
        await client.ConnectAsync(options, cancellationToken);
        foreach (var topic in Topics.Subscriptions(device.Id))
        {
            await client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken);
        }
    }
}
