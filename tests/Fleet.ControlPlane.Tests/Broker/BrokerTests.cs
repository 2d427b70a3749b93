using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Fleet.Trust;
using MQTTnet;
using MQTTnet.Formatter;

namespace Fleet.ControlPlane.Tests.Broker;

/// <summary>A raw MQTT client tries what a device may and may not do.</summary>
public sealed class BrokerTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>, IAsyncLifetime
{
    private readonly string _me = $"edge-{Guid.NewGuid():N}";
    private readonly TestControlPlane _fleet = shared.Fleet;
    private TestDevice _device = null!;

    public async ValueTask InitializeAsync() => _device = await TestDevice.EnrolAsync(_fleet, _me);

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    [Fact]
    public async Task Sends_the_directive_on_subscribing_and_every_new_one_after()
    {
        await Eventually.Is(async () => (await _fleet.DeviceAsync(_me)).Generation == 1);
        await _device.ConnectAsync();
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, await _device.SubscribeAsync(Topics.Desired(_device.Id)));
        await Eventually.Is(() => _device.Received.Count == 1);

        await _fleet.SetCameraAsync(_device.Id, "dock");

        await Eventually.Is(() => _device.Received.Count == 2);
        Assert.All(_device.Received, m => Assert.Equal($"fleet/v1/devices/{_me}/desired", m.Topic));
        Assert.Contains("\"payload\"", Encoding.UTF8.GetString(TestDevice.Payload(_device.Received.Last())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fleet/v1/devices/ME/#")]
    [InlineData("fleet/v1/devices/edge-2/desired")]
    [InlineData("fleet/v1/devices/+/desired")]
    [InlineData("fleet/v1/devices/ME/reported")]
    [InlineData("$share/g/fleet/v1/devices/ME/desired")]
    [InlineData("#")]
    [InlineData("$SYS/#")]
    public async Task Grants_no_other_subscription(string topic)
    {
        await _device.ConnectAsync();

        Assert.True(await _device.SubscribeAsync(topic.Replace("ME", _me, StringComparison.Ordinal)) > MqttClientSubscribeResultCode.GrantedQoS2);
    }

    [Theory]
    [InlineData("fleet/v1/devices/edge-2/status")]
    [InlineData("fleet/v1/devices/ME/desired")]
    [InlineData("fleet/v1/devices/ME/commands/restart")]
    [InlineData("fleet/v1/devices/ME/events")]
    [InlineData("fleet/v1/devices/ME/events/Not_A_Camera")]
    [InlineData("elsewhere")]
    public async Task Takes_nothing_outside_a_devices_own_upstream_topics(string topic)
    {
        await _device.ConnectAsync();

        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, await _device.PublishAsync(topic.Replace("ME", _me, StringComparison.Ordinal), "{\"presence\":\"Online\"}"u8.ToArray(), retain: true));
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_or_speaks_for_another_is_refused()
    {
        await using var other = await TestDevice.EnrolAsync(_fleet, $"{_me}-2");
        await _device.ConnectAsync();

        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, await _device.PublishAsync(Topics.Status(_device.Id), "{}"u8.ToArray()));
        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, await _device.PublishAsync(Topics.Status(_device.Id), "{\"presence\":\"Online\",\"x\":1}"u8.ToArray()));
        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, await _device.PublishAsync(Topics.Reported(_device.Id), other.Report(1), FleetJson.Strict.Reported));
        Assert.Equal(MqttClientPublishReasonCode.Success, await _device.PublishAsync(Topics.Reported(_device.Id), _device.Report(1), FleetJson.Strict.Reported));
    }

    [Fact]
    public async Task Presence_follows_connections_also_through_a_take_over()
    {
        await _device.ConnectAsync();
        await Eventually.Is(async () => (await _fleet.DeviceAsync(_me)).Presence == Presence.Online);

        using var second = new MqttClientFactory().CreateMqttClient();
        await second.ConnectAsync(Options(_device, _me), TestContext.Current.CancellationToken);
        await Eventually.Is(() => !_device.Mqtt.IsConnected);
        Assert.Equal(Presence.Online, (await _fleet.DeviceAsync(_me)).Presence);

        await second.PublishStringAsync(Topics.Status(_device.Id), "{\"presence\":\"Stopped\"}", cancellationToken: TestContext.Current.CancellationToken);
        await second.DisconnectAsync(cancellationToken: TestContext.Current.CancellationToken);
        await Eventually.Is(async () => (await _fleet.DeviceAsync(_me)).Presence == Presence.Stopped);
    }

    [Fact]
    public async Task A_device_that_vanishes_is_offline()
    {
        await _device.ConnectAsync(o => o.WithWillTopic(Topics.Status(_device.Id)).WithWillPayload("{\"presence\":\"Offline\"}"));
        await Eventually.Is(async () => (await _fleet.DeviceAsync(_me)).Presence == Presence.Online);

        _device.Mqtt.Dispose();

        await Eventually.Is(async () => (await _fleet.DeviceAsync(_me)).Presence == Presence.Offline);
    }

    [Fact]
    public async Task Refuses_another_client_id_an_old_protocol_and_no_keep_alive()
    {
        await RefusedAsync(o => o.WithClientId("edge-2"));
        await RefusedAsync(o => o.WithProtocolVersion(MqttProtocolVersion.V311));
        await RefusedAsync(o => o.WithNoKeepAlive());
    }

    [Fact]
    public async Task Revoking_a_device_ends_its_connection_and_the_next_one_is_refused()
    {
        var ended = new TaskCompletionSource();
        _device.Mqtt.DisconnectedAsync += _ =>
        {
            ended.TrySetResult();
            return Task.CompletedTask;
        };
        await _device.ConnectAsync();
        await Eventually.Is(async () => (await _fleet.DeviceAsync(_me)).Presence == Presence.Online);

        await _fleet.Http.PostAsync($"/api/v1/devices/{_me}/revoke", null, TestContext.Current.CancellationToken);

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        await RefusedAsync(o => o);
    }

    [Fact]
    public async Task Nobody_speaks_without_a_certificate_of_this_ca()
    {
        await RefusedAsync(o => o.WithTlsOptions(t => t.UseTls().WithCertificateValidationHandler(_ => true)));
    }

    [Theory]
    [InlineData(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData(new byte[] { 0x10, 0x80, 0x80, 0x04 + 1 })]
    [InlineData(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    public async Task A_packet_that_says_it_is_huge_ends_the_connection_at_once(byte[] header)
    {
        var ca = PinnedCa.FromPem(_device.Enrolment.CaPem, TimeProvider.System);
        using var tcp = new TcpClient("localhost", _device.Enrolment.MqttPort);
        await using var tls = new SslStream(tcp.GetStream(), false, ca.Validate!);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = new X509Certificate2Collection(_device.Certificate()) }, TestContext.Current.CancellationToken);

        await tls.WriteAsync(header, TestContext.Current.CancellationToken);

        Assert.True(await EndsAsync(tls));
    }

    private static async Task<bool> EndsAsync(SslStream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(8), TimeProvider.System);
        try
        {
            return await stream.ReadAsync(new byte[1], limit.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private async Task RefusedAsync(Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder> change)
    {
        try
        {
            Assert.NotEqual(MqttClientConnectResultCode.Success, (await _device.ConnectAsync(change)).ResultCode);
        }
        catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or MQTTnet.Adapter.MqttConnectingFailedException or OperationCanceledException)
        {
            Assert.False(_device.Mqtt.IsConnected);
        }
    }

    private static MqttClientOptions Options(TestDevice device, string clientId)
    {
        var ca = PinnedCa.FromPem(device.Enrolment.CaPem, TimeProvider.System);
        return new MqttClientOptionsBuilder().WithTcpServer(device.Enrolment.MqttHost, device.Enrolment.MqttPort).WithClientId(clientId)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTlsOptions(t => t.UseTls().WithClientCertificates(new X509Certificate2Collection(device.Certificate()))
                .WithCertificateValidationHandler(e => ca.Validate(device, e.Certificate, e.Chain, e.SslPolicyErrors))).Build();
    }
}
