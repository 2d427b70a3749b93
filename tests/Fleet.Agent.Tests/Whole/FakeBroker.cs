using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MQTTnet.AspNetCore;

namespace Fleet.Agent.Tests.Whole;

/// <summary>A broker behind the same TLS as the real one; keeps every message that devices publish.</summary>
internal sealed class FakeBroker : IAsyncDisposable
{
    private readonly WebApplication _app;
    private ListenOptions? _listener;

    private FakeBroker(FakeControlPlane plane)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHostedMqttServer(o => o.WithoutDefaultEndpoint());
        builder.Services.AddMqttConnectionHandler();
        builder.Services.AddConnections();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen =>
        {
            _listener = listen;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = plane.ServerCertificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.AllowAnyClientCertificate();
            });
            listen.UseMqtt();
        }));
        _app = builder.Build();
        _app.UseMqttServer(server => server.InterceptingPublishAsync += e =>
        {
            Published.Enqueue(new(e.ApplicationMessage.Topic, e.ApplicationMessage.Payload.ToArray(), [.. (e.ApplicationMessage.UserProperties ?? []).Select(p => p.Name)]));
            return Task.CompletedTask;
        });
    }

    public ConcurrentQueue<PublishedMessage> Published { get; } = new();

    /// <summary>Starts it; devices that enrol from now on are told where it is.</summary>
    public static async Task<FakeBroker> StartAsync(FakeControlPlane plane)
    {
        var broker = new FakeBroker(plane);
        await broker._app.StartAsync(TestContext.Current.CancellationToken);
        plane.MqttPort = broker._listener!.IPEndPoint!.Port;
        return broker;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <param name="Topic">Where.</param>
/// <param name="Payload">What.</param>
/// <param name="Properties">Names of its user properties.</param>
internal sealed record PublishedMessage(string Topic, byte[] Payload, IReadOnlyList<string> Properties);
