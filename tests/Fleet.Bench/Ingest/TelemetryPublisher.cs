using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Bench.Ingest;

/// <summary>One device that sends telemetry as fast as it is acknowledged, ten messages in flight.</summary>
internal sealed class TelemetryPublisher : IAsyncDisposable
{
    private const int InFlight = 10;
    private const int ConnectReasonAt = 1;
    private const int PublishReasonAt = 2;
    private const ushort KeepAliveSeconds = 1000;
    private readonly SslStream _stream;
    private readonly PacketReader _reader;
    private readonly byte[] _packets;

    private TelemetryPublisher(SslStream stream, byte[] packets)
    {
        _stream = stream;
        _reader = new PacketReader(stream);
        _packets = packets;
    }

    public static async Task<TelemetryPublisher> ConnectAsync(EnrolledDevice device, int port, CancellationToken cancellationToken)
    {
        var publisher = new TelemetryPublisher(new SslStream(await OpenAsync(port, cancellationToken)), Packets(device.Id));
        try
        {
            await publisher.GreetAsync(device, cancellationToken);
            return publisher;
        }
        catch
        {
            await publisher.DisposeAsync();
            throw;
        }
    }

    /// <returns>Messages that were acknowledged.</returns>
    public async Task<long> PublishAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var acknowledged = 0L;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            await _stream.WriteAsync(_packets, cancellationToken);
            for (var i = 0; i < InFlight; i++)
            {
                await _reader.ExpectAsync(MqttBytes.PublishAnswer, PublishReasonAt, cancellationToken);
            }

            acknowledged += InFlight;
        }

        return acknowledged;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task<NetworkStream> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task GreetAsync(EnrolledDevice device, CancellationToken cancellationToken)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = IPAddress.Loopback.ToString(),
            ClientCertificateContext = SslStreamCertificateContext.Create(device.Certificate, additionalCertificates: null, offline: true),
            RemoteCertificateValidationCallback = device.Ca.Validate,
        };
        await _stream.AuthenticateAsClientAsync(tls, cancellationToken);
        await _stream.WriteAsync(MqttBytes.Connect(device.Id.ToString(), KeepAliveSeconds), cancellationToken);
        await _reader.ExpectAsync(MqttBytes.ConnectAnswer, ConnectReasonAt, cancellationToken);
    }

    private static byte[] Packets(DeviceId device)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(TelemetryOf(device), FleetJson.Strict.Telemetry);
        return [.. Enumerable.Range(1, InFlight).SelectMany(id => MqttBytes.Publish(Topics.Telemetry(device), (ushort)id, payload))];
    }

    // as an agent with one camera sends it
    private static Telemetry TelemetryOf(DeviceId device)
    {
        var now = TimeProvider.System.GetUtcNow();
        var times = new Histogram([1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 350, 500, 1000, 2000, 5000], [0, 0, 3, 52, 840, 90, 12, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0], Sum: 15_432.1);
        var camera = new CameraCounters(
            CameraId.Parse("cam-1"), new VersionId(ModelName.Parse("warehouse"), number: 2), Received: 1000, new Dictionary<string, long> { ["newer-frame"] = 12 },
            Inferred: 988, Completed: 988, Failed: 0, Detections: 4321, LastCompletedAt: now, times, times);
        return new Telemetry(device, now, now - TimeSpan.FromHours(1), [camera], OutboxSamples: 12, OutboxBytes: 1_234_567, ResidentBytes: 88_000_000);
    }
}
