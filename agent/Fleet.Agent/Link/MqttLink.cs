using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Channels;
using Fleet.Contracts;
using Microsoft.Extensions.Hosting;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Polly;
using Polly.Retry;

namespace Fleet.Agent.Link;

/// <summary>The MQTT side of the link: presence, what is reported and counted, events. A message that comes down is a nudge and nothing more.</summary>
internal sealed partial class MqttLink : BackgroundService
{
    private const int WaitingEvents = 256;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);
    private readonly EnrolResponse _enrolment;
    private readonly DeviceCredential _credential;
    private readonly MqttClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<MqttLink> _log;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Channel<DetectionEvent> _events = Channel.CreateBounded<DetectionEvent>(new BoundedChannelOptions(WaitingEvents) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Signal _gone = new();
    private X509Certificate2 _shown;

    public MqttLink(EnrolResponse enrolment, PinnedCa ca, DeviceCredential credential, TimeProvider time, ILogger<MqttLink> log)
    {
        (_enrolment, _credential, _shown, _time, _log) = (enrolment, credential, credential.Current, time, log);
        _options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(enrolment.MqttHost, enrolment.MqttPort)
            .WithClientId(enrolment.Device.ToString())
            .WithCleanStart()
            .WithKeepAlivePeriod(KeepAlive)
            .WithTimeout(TimeSpan.FromSeconds(10))
            .WithWillTopic(Topics.Status(enrolment.Device))
            .WithWillPayload(Status(Presence.Offline))
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain()
            .WithTlsOptions(tls => tls
                .UseTls()
                .WithTargetHost(enrolment.MqttHost)
                .WithClientCertificatesProvider(credential)
                .WithCertificateValidationHandler(a => ca.Validate(this, a.Certificate, a.Chain, a.SslPolicyErrors)))
            .Build();
        _client.DisconnectedAsync += _ => Done(_gone.Set);
        _client.ApplicationMessageReceivedAsync += _ => Done(() => Nudged?.Invoke());
        credential.Renewed += _gone.Set;
    }

    /// <summary>Something may be new.</summary>
    public event Action? Nudged;

    /// <summary>The link is up again.</summary>
    public event Action? Connected;

    public bool IsConnected => _client.IsConnected;

    /// <summary>Sends an event as soon as the link is up; the oldest go when too many wait.</summary>
    public void Send(DetectionEvent happened) => _events.Writer.TryWrite(happened);

    public Task ReportAsync(Reported reported, CancellationToken cancellationToken) =>
        PublishAsync(Topics.Reported(_enrolment.Device), "fleet.reported", JsonSerializer.SerializeToUtf8Bytes(reported, FleetJson.Strict.Reported), retain: true, cancellationToken);

    public Task CountAsync(Telemetry telemetry, CancellationToken cancellationToken) =>
        PublishAsync(Topics.Telemetry(_enrolment.Device), "fleet.telemetry", JsonSerializer.SerializeToUtf8Bytes(telemetry, FleetJson.Strict.Telemetry), retain: false, cancellationToken);

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reconnect = Reconnect();
        try
        {
            while (true)
            {
                await reconnect.ExecuteAsync(async token => await ConnectAsync(token), stoppingToken);
                await PumpAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await SayGoodbyeAsync();
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _shown = _credential.Current;
        await _client.ConnectAsync(_options, cancellationToken);
        var subscribe = new MqttClientSubscribeOptionsBuilder();
        foreach (var topic in Topics.Subscriptions(_enrolment.Device))
        {
            subscribe.WithTopicFilter(topic, MqttQualityOfServiceLevel.AtLeastOnce);
        }

        await _client.SubscribeAsync(subscribe.Build(), cancellationToken);
        await PublishAsync(Topics.Status(_enrolment.Device), "fleet.status", Status(Presence.Online), retain: true, cancellationToken);
        Up(_log, _enrolment.MqttHost, _enrolment.MqttPort);
        Connected?.Invoke();
    }

    /// <summary>Sends waiting events until the link is down, or has to be made anew because the certificate was renewed.</summary>
    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        using var up = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendEventsAsync(up.Token);
        while (_client.IsConnected && _shown == _credential.Current && !cancellationToken.IsCancellationRequested && !sending.IsCompleted)
        {
            await Task.WhenAny(_gone.WaitAsync(KeepAlive, _time, up.Token), sending);
        }

        await up.CancelAsync();
        await Task.WhenAny(sending);
        cancellationToken.ThrowIfCancellationRequested();
        if (_client.IsConnected)
        {
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken);
        }
        else
        {
            Down(_log);
        }
    }

    private async Task SendEventsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var happened = await _events.Reader.ReadAsync(cancellationToken);
            var payload = JsonSerializer.SerializeToUtf8Bytes(happened, FleetJson.Strict.DetectionEvent);
            await PublishAsync(Topics.Events(_enrolment.Device, happened.Camera), "fleet.detections", payload, retain: false, cancellationToken);
        }
    }

    private async Task PublishAsync(string topic, string type, byte[] payload, bool retain, CancellationToken cancellationToken)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(payload)
            .WithContentType("application/json")
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithRetainFlag(retain)
            .WithUserProperty("specversion", "1.0"u8.ToArray())
            .WithUserProperty("type", System.Text.Encoding.UTF8.GetBytes(type))
            .WithUserProperty("source", System.Text.Encoding.UTF8.GetBytes($"/devices/{_enrolment.Device}"))
            .WithUserProperty("id", System.Text.Encoding.UTF8.GetBytes(Guid.CreateVersion7(_time.GetUtcNow()).ToString("N")))
            .WithUserProperty("time", System.Text.Encoding.UTF8.GetBytes(_time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture)))
            .Build();
        var answer = await _client.PublishAsync(message, cancellationToken);
        if (!answer.IsSuccess)
        {
            Denied(_log, topic, answer.ReasonCode.ToString());
        }
    }

    private async Task SayGoodbyeAsync()
    {
        using var limit = new CancellationTokenSource(Goodbye, _time);
        try
        {
            if (_client.IsConnected)
            {
                await PublishAsync(Topics.Status(_enrolment.Device), "fleet.status", Status(Presence.Stopped), retain: true, limit.Token);
                await _client.DisconnectAsync(new MqttClientDisconnectOptionsBuilder().WithReason(MqttClientDisconnectOptionsReason.NormalDisconnection).Build(), limit.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or MQTTnet.Exceptions.MqttCommunicationException or InvalidOperationException)
        {
            Unheard(_log, e.Message);
        }
    }

    private ResiliencePipeline Reconnect() => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(e => e is not OperationCanceledException),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = TimeSpan.FromSeconds(30),
            OnRetry = failed =>
            {
                if (failed.AttemptNumber == 0)
                {
                    Unreachable(_log, _enrolment.MqttHost, _enrolment.MqttPort, failed.Outcome.Exception!.Message);
                }

                return default;
            },
        })
        .Build();

    private static byte[] Status(Presence presence) => JsonSerializer.SerializeToUtf8Bytes(new StatusMessage(presence), FleetJson.Strict.StatusMessage);

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    [LoggerMessage(1500, LogLevel.Information, "MQTT is up at {Host}:{Port}.")]
    private static partial void Up(ILogger log, string host, int port);

    [LoggerMessage(1501, LogLevel.Warning, "MQTT is down and is tried again.")]
    private static partial void Down(ILogger log);

    [LoggerMessage(1502, LogLevel.Warning, "MQTT at {Host}:{Port} cannot be reached and is tried again: {Reason}")]
    private static partial void Unreachable(ILogger log, string host, int port, string reason);

    [LoggerMessage(1503, LogLevel.Warning, "The broker did not take a message on {Topic}: {Reason}")]
    private static partial void Denied(ILogger log, string topic, string reason);

    [LoggerMessage(1504, LogLevel.Information, "The goodbye was not heard: {Reason}")]
    private static partial void Unheard(ILogger log, string reason);
}
