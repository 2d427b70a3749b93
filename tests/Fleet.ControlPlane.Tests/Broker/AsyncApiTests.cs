using System.Net;
using System.Text.Json.Nodes;
using Fleet.ControlPlane.Broker;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;

namespace Fleet.ControlPlane.Tests.Broker;

public sealed class AsyncApiTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private static readonly string Approved = Path.Combine(Repository.Root, "docs", "asyncapi.json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>FLEET_APPROVE=1 writes the file anew, to be read in review.</summary>
    [Fact]
    public async Task The_document_that_is_served_is_the_one_in_docs()
    {
        var served = JsonNode.Parse(await shared.Fleet.Http.GetStringAsync("/asyncapi.json", Cancel))!;
        Assert.Equal($"localhost:{shared.Fleet.Endpoints.MqttPort}", served["servers"]!["devices"]!["host"]!.GetValue<string>());

        Assert.Equal($"localhost:{shared.Fleet.Endpoints.ReadersPort}", served["servers"]!["readers"]!["host"]!.GetValue<string>());

        served["servers"]!["devices"]!["host"] = "fleet.example:8883";
        served["servers"]!["readers"]!["host"] = "fleet.example:8884";
        var text = served.ToJsonString(AsyncApi.Written) + "\n";
        if (Environment.GetEnvironmentVariable("FLEET_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(Approved, text, Cancel);
        }

        Assert.Equal(await File.ReadAllTextAsync(Approved, Cancel), text);
    }

    [Fact]
    public async Task Whoever_may_not_see_devices_does_not_get_it()
    {
        using var nobody = shared.Fleet.Client();

        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/asyncapi.json", Cancel)).StatusCode);
    }
}
