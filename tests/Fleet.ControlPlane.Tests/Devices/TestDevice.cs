using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Fleet.Trust;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fleet.ControlPlane.Tests.Devices;

/// <summary>A device as the wire sees it: its own key, an enrolled certificate, HTTPS and MQTT.</summary>
public sealed class TestDevice : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DeviceIdentity _identity;
    private readonly IMqttClient _mqtt = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentQueue<MqttApplicationMessage> _received = new();

    private TestDevice(DeviceId id)
    {
        Id = id;
        _identity = DeviceIdentity.LoadOrCreate(_folder.Path);
        _mqtt.ApplicationMessageReceivedAsync += e =>
        {
            _received.Enqueue(e.ApplicationMessage);
            return Task.CompletedTask;
        };
    }

    public DeviceId Id { get; }

    public EnrolResponse Enrolment => _identity.Enrolment!;

    public string CertificateRequestPem => _identity.CertificateRequestPem;

    public IReadOnlyCollection<MqttApplicationMessage> Received => _received;

    public IMqttClient Mqtt => _mqtt;

    public X509Certificate2 Certificate() => _identity.Certificate();

    public static async Task<EnrolmentTicket> TicketAsync(TestControlPlane server, string id, Dictionary<string, string>? labels = null)
    {
        var request = new EnrolmentTokenRequest(DeviceId.Parse(id), labels, Site: "store-1");
        var answer = await server.Http.PostAsync("/api/v1/enrolment-tokens", TestControlPlane.Json(request, FleetJson.Strict.EnrolmentTokenRequest), TestContext.Current.CancellationToken);
        return EnrolmentToken.Parse((await TestControlPlane.ReadAsync(answer, FleetJson.Strict.EnrolmentTokenResponse)).Token);
    }

    public static async Task<TestDevice> EnrolAsync(TestControlPlane server, string id, Dictionary<string, string>? labels = null)
    {
        var device = new TestDevice(DeviceId.Parse(id));
        var ticket = await TicketAsync(server, id, labels);
        var answer = await TestControlPlane.ReadAsync(await device.AskToEnrolAsync(ticket), FleetJson.Strict.EnrolResponse);
        device._identity.Accept(answer, ticket.CaPin, TimeProvider.System);
        return device;
    }

    /// <summary>A device that was not enrolled yet.</summary>
    public static TestDevice New(string id) => new(DeviceId.Parse(id));

    public async Task<HttpResponseMessage> AskToEnrolAsync(EnrolmentTicket ticket)
    {
        using var http = Client(PinnedCa.FromPin(ticket.CaPin, TimeProvider.System), certificate: null, ticket.Url);
        return await http.PostAsync("/device/v1/enrol", JsonContent.Create(new EnrolRequest(ticket.Secret, _identity.CertificateRequestPem), FleetJson.Strict.EnrolRequest), TestContext.Current.CancellationToken);
    }

    /// <summary>Asks for a new certificate over <paramref name="http"/>, and does not use the answer yet.</summary>
    public async Task<HttpResponseMessage> AskToRenewAsync(HttpClient http) =>
        await http.PostAsync("/device/v1/renew", JsonContent.Create(new RenewRequest(_identity.RenewalRequestPem()), FleetJson.Strict.RenewRequest), TestContext.Current.CancellationToken);

    /// <summary>Shows this certificate from now on, on new connections.</summary>
    public void Renew(string certificatePem, TimeProvider? time = null) => _identity.Renew(certificatePem, time ?? TimeProvider.System);

    /// <summary>Signed with the key that is asked for next.</summary>
    public string RenewalRequestPem() => _identity.RenewalRequestPem();

    /// <summary>A TLS connection to the device listener that shows the present certificate; what goes over it is the caller's.</summary>
    public async Task<SslStream> RawAsync(TestControlPlane server)
    {
        var ca = PinnedCa.FromPem(Enrolment.CaPem, TimeProvider.System);
        var tcp = new TcpClient();
        await tcp.ConnectAsync("localhost", new Uri(server.Endpoints.DeviceUrl).Port, TestContext.Current.CancellationToken);
        var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, ca.Validate!);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = new X509Certificate2Collection(_identity.Certificate()) }, TestContext.Current.CancellationToken);
        return tls;
    }

    public HttpClient Http(TestControlPlane server, bool withCertificate = true) =>
        Client(PinnedCa.FromPem(Enrolment.CaPem, TimeProvider.System), withCertificate ? _identity.Certificate() : null, server.Endpoints.DeviceUrl);

    /// <summary>Connects as this device; tests of the rules change what they need.</summary>
    public Task<MqttClientConnectResult> ConnectAsync(Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder>? change = null) =>
        _mqtt.ConnectAsync(MqttOptions(change), TestContext.Current.CancellationToken);

    public MqttClientOptions MqttOptions(Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder>? change = null)
    {
        var ca = PinnedCa.FromPem(Enrolment.CaPem, TimeProvider.System);
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer(Enrolment.MqttHost, Enrolment.MqttPort)
            .WithClientId(Id.ToString())
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(20))
            .WithTlsOptions(tls => tls.UseTls().WithClientCertificates(new X509Certificate2Collection(_identity.Certificate()))
                .WithCertificateValidationHandler(e => ca.Validate(this, e.Certificate, e.Chain, e.SslPolicyErrors)));
        return (change?.Invoke(options) ?? options).Build();
    }

    public async Task<MqttClientSubscribeResultCode> SubscribeAsync(string topic)
    {
        var result = await _mqtt.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce, TestContext.Current.CancellationToken);
        return result.Items.Single().ResultCode;
    }

    public async Task<MqttClientPublishReasonCode> PublishAsync(string topic, byte[] payload, bool retain = false)
    {
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithRetainFlag(retain)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        return (await _mqtt.PublishAsync(message, TestContext.Current.CancellationToken)).ReasonCode;
    }

    public Task<MqttClientPublishReasonCode> PublishAsync<T>(string topic, T message, JsonTypeInfo<T> type) =>
        PublishAsync(topic, JsonSerializer.SerializeToUtf8Bytes(message, type));

    /// <summary>What it would say after it applied a directive.</summary>
    public Reported Report(long generation, params (string Camera, VersionId Version, UpdateState State)[] updates) => new(
        Id,
        generation,
        generation,
        TimeProvider.System.GetUtcNow(),
        new DeviceFacts("0.1.0", "linux", "x64", 2, 1 << 30, 1 << 30, ["cpu"]),
        [.. updates.Select(u => new ReportedCamera(CameraId.Parse(u.Camera), CameraState.Running, u.Version, null, null))],
        [.. updates.Select(u => new ReportedUpdate(CameraId.Parse(u.Camera), u.Version, u.State, 1, null, 1000, 12, 0, u.State == UpdateState.Committed ? 20 : 0))],
        []);

    public static byte[] Payload(MqttApplicationMessage message) => message.Payload.ToArray();

    /// <summary>Goes away without a goodbye.</summary>
    public ValueTask DisposeAsync()
    {
        _mqtt.Dispose();
        _identity.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static HttpClient Client(PinnedCa ca, X509Certificate2? certificate, string url)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = ca.Validate;
        handler.SslOptions.ClientCertificates = certificate is null ? [] : [certificate];
        return new HttpClient(handler) { BaseAddress = new Uri(url) };
    }
}
