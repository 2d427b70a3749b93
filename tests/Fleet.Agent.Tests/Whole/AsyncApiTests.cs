using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.Testing;
using Json.Schema;

namespace Fleet.Agent.Tests.Whole;

/// <summary>The AsyncAPI document is true: what a real agent publishes is what it says.</summary>
public sealed class AsyncApiTests
{
    private static readonly string[] CloudEvent = ["specversion", "type", "source", "id", "time"];

    private static readonly JsonObject Document = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "asyncapi.json")))!.AsObject();

    private static readonly List<(Regex Topic, string Message)> Channels =
    [
        .. Document["channels"]!.AsObject().Select(c => (
            new Regex("^" + Regex.Replace(c.Value!["address"]!.GetValue<string>(), @"\{\w+\}", "[^/]+") + "$", RegexOptions.CultureInvariant),
            c.Value["messages"]!.AsObject().Single().Key)),
    ];

    [Fact]
    public async Task Every_message_of_an_agent_is_on_a_channel_of_the_document_and_fits_its_schema()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var broker = await FakeBroker.StartAsync(plane);
        await using var agent = await TestAgent.EnrolAsync(plane);
        var version = plane.Release(1, TinyModel.Make(1));
        var camera = agent.Camera(version) with
        {
            Zones = [new Zone("all", [new(0, 0), new(1, 0), new(1, 1), new(0, 1)])],
            Lines = [new Line("middle", new(0.5, 0), new(0.5, 1))],
        };
        plane.Direct(1, [camera], [version], new DevicePolicy { WatchFrames = 10, WatchSlowdown = 50, TelemetrySeconds = 1, SamplesPerHour = 1000, Gather = new GatherPolicy { PoolSeconds = 0.1 } });

        await agent.StartAsync();
        await Eventually.Is(() => Has(broker, "reported", "\"state\":\"Committed\"") && Has(broker, "events/", "\"places\":[{") && Has(broker, "telemetry", "\"completed\":") && Has(broker, "status", "Online"));
        await agent.StopAsync();
        await Eventually.Is(() => Has(broker, "status", "Stopped"));

        Assert.All(broker.Published, message =>
        {
            var name = Assert.Single(Channels, c => c.Topic.IsMatch(message.Topic)).Message;
            Assert.True(Fits(name, message.Payload, out var why), $"{message.Topic}: {why}\n{System.Text.Encoding.UTF8.GetString(message.Payload)}");
            Assert.Subset(message.Properties.ToHashSet(), CloudEvent.ToHashSet());
        });
    }

    [Theory]
    [InlineData("Status", """{ "presence": "Online" }""", true)]
    [InlineData("Status", """{ "presence": "Here" }""", false)]
    [InlineData("Status", """{ }""", false)]
    [InlineData("Status", """{ "presence": "Online", "more": 1 }""", false)]
    public void The_schemas_tell_a_message_from_what_is_none(string name, string message, bool fits) =>
        Assert.Equal(fits, Fits(name, System.Text.Encoding.UTF8.GetBytes(message), out _));

    private static bool Has(FakeBroker broker, string topic, string text) =>
        broker.Published.Any(m => m.Topic.Contains("/edge-1/" + topic, StringComparison.Ordinal) && System.Text.Encoding.UTF8.GetString(m.Payload).Contains(text, StringComparison.Ordinal));

    private static bool Fits(string name, byte[] payload, out string why)
    {
        // schemas refer to each other from the top of the document
        var whole = new JsonObject { ["$ref"] = $"#/components/schemas/{name}", ["components"] = new JsonObject { ["schemas"] = Document["components"]!["schemas"]!.DeepClone() } };
        var result = JsonSchema.FromText(whole.ToJsonString()).Evaluate(JsonNode.Parse(payload), new EvaluationOptions { OutputFormat = OutputFormat.List });
        why = JsonSerializer.Serialize(result.Details?.Where(d => d.Errors is not null).Select(d => $"{d.InstanceLocation} {string.Join(", ", d.Errors!.Values)}"));
        return result.IsValid;
    }
}
