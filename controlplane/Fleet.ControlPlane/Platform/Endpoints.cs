using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.ControlPlane.Platform.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fleet.ControlPlane.Platform;

/// <summary>Where the control plane can be reached; ports are known once it runs.</summary>
internal sealed class Endpoints
{
    private readonly FleetOptions _options;
    private ListenOptions? _operator;

    private Endpoints(FleetOptions options) => _options = options;

    public string OperatorUrl => $"{new Uri(_options.Operator.Url).Scheme}://{OperatorHost}:{Port(_operator)}";

    private string OperatorHost => new Uri(_options.Operator.Url).IsLoopback ? new Uri(_options.Operator.Url).Host : _options.FirstHost();

    public static Endpoints Listen(WebApplicationBuilder builder, FleetOptions options)
    {
        var endpoints = new Endpoints(options);
        builder.WebHost.ConfigureKestrel(endpoints.Configure);
        return endpoints;
    }

    public string ReadyLine() => $"Fleet control plane ready: operator {OperatorUrl}";

    public void WriteTo(DataFolder data) =>
        File.WriteAllText(data.File("endpoints.json"), JsonSerializer.Serialize(new EndpointsFile(OperatorUrl), EndpointsJson.Default.EndpointsFile));

    private static int Port(ListenOptions? listener) => listener?.IPEndPoint?.Port ?? throw new InvalidOperationException("The ports are known once the listeners are open.");

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 1 << 20;
        var url = new Uri(_options.Operator.Url);
        kestrel.Listen(url.IsLoopback && url.HostNameType == UriHostNameType.Dns ? IPAddress.Loopback : IPAddress.Parse(url.Host), url.Port, listen =>
        {
            _operator = listen;
            Listener.Operator.Mark(listen);
        });
    }
}

internal sealed record EndpointsFile(string OperatorUrl);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(EndpointsFile))]
internal sealed partial class EndpointsJson : JsonSerializerContext;
