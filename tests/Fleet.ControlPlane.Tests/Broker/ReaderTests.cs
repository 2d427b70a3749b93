using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Fleet.Trust;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fleet.ControlPlane.Tests.Broker;

/// <summary>Programs that read what devices say: a real client with a key, beside a device.</summary>
public sealed class ReaderTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>, IAsyncLifetime
{
    private readonly string _me = $"edge-{Guid.NewGuid():N}";
    private readonly TestControlPlane _fleet = shared.Fleet;
    private readonly IMqttClient _reader = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentQueue<MqttApplicationMessage> _heard = new();
    private TestDevice _device = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _device = await TestDevice.EnrolAsync(_fleet, _me);
        await _device.ConnectAsync();
        _reader.ApplicationMessageReceivedAsync += e =>
        {
            _heard.Enqueue(e.ApplicationMessage);
            return Task.CompletedTask;
        };
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _device.DisposeAsync();
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V500)]
    [InlineData(MqttProtocolVersion.V311)]
    public async Task Hears_the_state_that_is_there_and_what_is_said_from_then_on(MqttProtocolVersion version)
    {
        await _device.PublishAsync(Topics.Status(_device.Id), "{\"presence\":\"Online\"}"u8.ToArray());
        await _device.PublishAsync(Topics.Reported(_device.Id), _device.Report(1), FleetJson.Strict.Reported);
        await ConnectAsync(await _fleet.KeyAsync(Role.Viewer), o => o.WithProtocolVersion(version));

        Assert.True(await SubscribeAsync($"fleet/v1/devices/{_me}/#") <= MqttClientSubscribeResultCode.GrantedQoS2);
        await Eventually.Is(() => _heard.Count == 2);
        Assert.All(_heard, m => Assert.True(m.Retain));
        Assert.Equal(["reported", "status"], _heard.Select(m => m.Topic.Split('/')[^1]).Order());

        await _device.PublishAsync(Topics.Status(_device.Id), "{\"presence\":\"Stopped\"}"u8.ToArray());
        await Eventually.Is(() => _heard.Count == 3);
        Assert.Equal((Topics.Status(_device.Id), false, "{\"presence\":\"Stopped\"}"), (_heard.Last().Topic, _heard.Last().Retain, Encoding.UTF8.GetString(TestDevice.Payload(_heard.Last()))));
    }

    [Fact]
    public async Task Hears_nothing_that_a_device_is_told_and_says_nothing_itself()
    {
        await ConnectAsync(await _fleet.KeyAsync(Role.Viewer));
        Assert.True(await SubscribeAsync("#") <= MqttClientSubscribeResultCode.GrantedQoS2);
        await _device.SubscribeAsync(Topics.Desired(_device.Id));
        await _fleet.SetCameraAsync(_device.Id, "dock");
        await Eventually.Is(() => _device.Received.Count > 0);

        var answer = await _reader.PublishStringAsync(Topics.Status(_device.Id), "{\"presence\":\"Offline\"}", MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Cancel);
        await _device.PublishAsync(Topics.Status(_device.Id), "{\"presence\":\"Online\"}"u8.ToArray());
        await Eventually.Is(() => _heard.Any(m => m.Topic == Topics.Status(_device.Id)));

        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, answer.ReasonCode);
        Assert.DoesNotContain(_heard, m => m.Topic.EndsWith("/desired", StringComparison.Ordinal));
        Assert.True(await SubscribeAsync(Topics.Desired(_device.Id)) > MqttClientSubscribeResultCode.GrantedQoS2);
        Assert.Equal(Presence.Online, (await _fleet.DeviceAsync(_me)).Presence);
    }

    [Fact]
    public async Task Nobody_reads_without_a_key_for_it_or_under_the_name_of_a_device()
    {
        var key = await _fleet.KeyAsync(Role.Viewer);
        await RefusedAsync("");
        await RefusedAsync("fleet_wrong");
        await RefusedAsync(_fleet.Admin.Token);
        await RefusedAsync(await _fleet.KeyAsync(Role.Trainer));
        await RefusedAsync(key, o => o.WithClientId(_me));
        await RefusedAsync(key, o => o.WithNoKeepAlive());

        Assert.True(_device.Mqtt.IsConnected);
        await ConnectAsync(key);
    }

    [Fact]
    public async Task A_key_does_not_open_the_listener_of_devices()
    {
        await RefusedAsync(await _fleet.KeyAsync(Role.Viewer), o => o.WithTcpServer("localhost", _fleet.Endpoints.MqttPort));
    }

    [Fact]
    public async Task Is_shut_out_when_its_key_is_revoked()
    {
        var answer = await _fleet.Http.PostAsync("/api/v1/api-keys", TestControlPlane.Json(new ApiKeyRequest("grafana", Role.Viewer), FleetJson.Strict.ApiKeyRequest), Cancel);
        var key = await TestControlPlane.ReadAsync(answer, FleetJson.Strict.ApiKeyResponse);
        await ConnectAsync(key.Key);
        await SubscribeAsync("fleet/#");
        var access = await TestControlPlane.ReadAsync(await _fleet.Http.GetAsync("/api/v1/topics/access", Cancel), FleetJson.Strict.TopicAccess);
        Assert.Contains(access.Readers, r => r.Key == "grafana" && r.Filters.SequenceEqual(["fleet/#"]));
        Assert.Equal(_fleet.Endpoints.ReadersPort, access.Port);

        await _fleet.Http.DeleteAsync($"/api/v1/api-keys/{key.Id}", Cancel);

        await Eventually.Is(() => !_reader.IsConnected);
        using var again = new MqttClientFactory().CreateMqttClient();
        await RefusedAsync(key.Key, by: again);
    }

    [Fact]
    public async Task People_see_the_last_message_of_a_topic_with_what_the_document_says_of_it()
    {
        await _device.PublishAsync(Topics.Status(_device.Id), "{\"presence\":\"Online\"}"u8.ToArray());
        await _device.PublishAsync(Topics.Status(_device.Id), "{\"presence\":\"Online\",\"x\":1}"u8.ToArray());

        var last = await TestControlPlane.ReadAsync(await _fleet.Http.GetAsync($"/api/v1/topics/last?topic={Topics.Status(_device.Id)}", Cancel), FleetJson.Strict.TopicMessage);
        var level = await TestControlPlane.ReadAsync(await _fleet.Http.GetAsync($"/api/v1/topics?under=fleet/v1/devices/{_me}", Cancel), FleetJson.Strict.PageTopicNode);
        var unknown = await TestControlPlane.ProblemAsync(await _fleet.Http.GetAsync($"/api/v1/topics/last?topic={Topics.Desired(_device.Id)}", Cancel));
        using var nobody = _fleet.Client();

        Assert.Equal(("{\"presence\":\"Online\"}", 1L, true, "status", "Status"), (last.Payload, last.Messages, last.Retained, last.Channel, last.Message));
        Assert.Equal([("status", true)], level.Items.Select(n => (n.Name, n.HasMessage)));
        Assert.Equal("topic.unknown", unknown.Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/api/v1/topics", Cancel)).StatusCode);
    }

    private async Task<MqttClientConnectResult> ConnectAsync(string key, Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder>? change = null, IMqttClient? by = null)
    {
        var ca = PinnedCa.FromPem(_device.Enrolment.CaPem, TimeProvider.System);
        var options = new MqttClientOptionsBuilder().WithTcpServer("localhost", _fleet.Endpoints.ReadersPort).WithClientId($"reader_{_me}")
            .WithProtocolVersion(MqttProtocolVersion.V500).WithCredentials("anyone", key)
            .WithTlsOptions(t => t.UseTls().WithCertificateValidationHandler(e => ca.Validate(this, e.Certificate, e.Chain, e.SslPolicyErrors)));
        return await (by ?? _reader).ConnectAsync((change?.Invoke(options) ?? options).Build(), Cancel);
    }

    private async Task<MqttClientSubscribeResultCode> SubscribeAsync(string filter) =>
        (await _reader.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce, Cancel)).Items.Single().ResultCode;

    private async Task RefusedAsync(string key, Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder>? change = null, IMqttClient? by = null)
    {
        try
        {
            Assert.NotEqual(MqttClientConnectResultCode.Success, (await ConnectAsync(key, change, by)).ResultCode);
        }
        catch (Exception e) when (e is MqttCommunicationException or MqttConnectingFailedException or OperationCanceledException)
        {
            Assert.False((by ?? _reader).IsConnected);
        }
    }
}
