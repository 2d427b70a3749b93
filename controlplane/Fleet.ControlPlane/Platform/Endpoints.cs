using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Client;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Trust;
using Fleet.Trust;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Fleet.ControlPlane.Platform;

/// <summary>The listeners, and where they can be reached; ports are known once they are open.</summary>
internal sealed class Endpoints
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);
    private readonly FleetOptions _options;
    private readonly ServerTrust _trust;
    private readonly Action<ListenOptions> _useMqtt;
    private ListenOptions? _operator;
    private ListenOptions? _device;
    private ListenOptions? _mqtt;
    private ListenOptions? _readers;

    /// <param name="options">Addresses and ports.</param>
    /// <param name="trust">Its CA signs the servers and knows the devices.</param>
    /// <param name="useMqtt">Puts the broker behind the TLS of its listener.</param>
    public Endpoints(FleetOptions options, ServerTrust trust, Action<ListenOptions> useMqtt)
    {
        _options = options;
        _trust = trust;
        _useMqtt = useMqtt;
    }

    public string OperatorUrl => $"{Url.Scheme}://{(Url.IsLoopback ? Url.Host : _options.FirstHost())}:{Port(_operator)}";

    public string DeviceUrl => $"https://{_options.FirstHost()}:{Port(_device)}";

    public string MqttHost => _options.FirstHost();

    public int MqttPort => Port(_mqtt);

    /// <summary>Null while programs may not read topics.</summary>
    public int? ReadersPort => _options.Readers.Port is null ? null : Port(_readers);

    private Uri Url => new(_options.Operator.Url);

    public string ReadyLine() => $"Fleet control plane ready: operator {OperatorUrl} device {DeviceUrl} mqtt {MqttHost}:{MqttPort}";

    /// <summary>For scripts and programs beside this one; it names no secret.</summary>
    public void WriteTo(DataFolder data) => DurableFile.Write(
        data.File("endpoints.json"),
        JsonSerializer.SerializeToUtf8Bytes(new EndpointsFile(OperatorUrl, DeviceUrl, MqttHost, MqttPort, ReadersPort), EndpointsJson.Default.EndpointsFile));

    /// <summary>How the console reaches the API of its own host.</summary>
    public FleetClientOptions ForConsole() => new()
    {
        Address = new Uri($"{Url.Scheme}://{(Url.IsLoopback ? Url.Host : "localhost")}:{Port(_operator)}"),
        TrustedRoot = Url.Scheme == Uri.UriSchemeHttps ? X509Certificate2.CreateFromPem(_trust.Ca.CertificatePem) : null,
    };

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 1 << 20;
        var (devices, messages) = (new ConnectionGate(), new ConnectionGate());
        var certificate = _trust.Ca.IssueServer(ServerTrust.Names(_options));
        ListenForOperators(kestrel, certificate);
        kestrel.ListenAnyIP(_options.Device.Port, listen =>
        {
            _device = listen;
            Listener.Device.Mark(listen);
            devices.LimitHandshakes(listen);
            listen.UseHttps(Tls(certificate, ClientCertificateMode.AllowCertificate));
            devices.LimitCallers(listen);
        });
        kestrel.ListenAnyIP(_options.Mqtt.Port, listen =>
        {
            _mqtt = listen;
            messages.LimitHandshakes(listen);
            listen.UseHttps(Tls(certificate, ClientCertificateMode.RequireCertificate));
            messages.LimitCallers(listen);
            _useMqtt(listen);
        });
        ListenForReaders(kestrel, certificate);
    }

    private static int Port(ListenOptions? listener) => listener?.IPEndPoint?.Port ?? throw new InvalidOperationException("The ports are known once the listeners are open.");

    private void ListenForOperators(KestrelServerOptions kestrel, X509Certificate2 certificate)
    {
        void Use(ListenOptions listen)
        {
            _operator = listen;
            Listener.Operator.Mark(listen);
            if (Url.Scheme == Uri.UriSchemeHttps)
            {
                listen.UseHttps(Tls(certificate, ClientCertificateMode.NoCertificate));
            }
        }

        if (IPAddress.TryParse(Url.Host.Trim('[', ']'), out var address))
        {
            kestrel.Listen(address, Url.Port, Use);
        }
        else if (Url.IsLoopback)
        {
            kestrel.Listen(IPAddress.Loopback, Url.Port, Use);
        }
        else
        {
            kestrel.ListenAnyIP(Url.Port, Use);
        }
    }

    /// <summary>With limits of its own, so that a crowd of readers keeps no device out.</summary>
    private void ListenForReaders(KestrelServerOptions kestrel, X509Certificate2 certificate)
    {
        if (_options.Readers.Port is not { } port)
        {
            return;
        }

        var callers = new ConnectionGate();
        kestrel.ListenAnyIP(port, listen =>
        {
            _readers = listen;
            callers.LimitHandshakes(listen);
            listen.UseHttps(Tls(certificate, ClientCertificateMode.NoCertificate));
            callers.LimitCallers(listen);
            _useMqtt(listen);
        });
    }

    private HttpsConnectionAdapterOptions Tls(X509Certificate2 certificate, ClientCertificateMode mode) => new()
    {
        ServerCertificate = certificate,
        ServerCertificateChain = [X509Certificate2.CreateFromPem(_trust.Ca.CertificatePem)],
        ClientCertificateMode = mode,
        ClientCertificateValidation = _trust.Ca.ValidateDevice,
        CheckCertificateRevocation = false,
        HandshakeTimeout = HandshakeLimit,
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };
}

internal sealed record EndpointsFile(string OperatorUrl, string DeviceUrl, string MqttHost, int MqttPort, int? ReadersPort);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(EndpointsFile))]
internal sealed partial class EndpointsJson : JsonSerializerContext;
