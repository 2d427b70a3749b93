using Fleet.Console.Versions;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Tests.Versions;

/// <summary>From scene and samples to devices.</summary>
public sealed class LineageTests
{
    private static readonly Digest Learnt = Digest.Of([1]);
    private static readonly Digest HeldOut = Digest.Of([2]);

    [Fact]
    public void Scene_and_samples_lead_through_the_run_to_the_version_and_on_to_its_devices()
    {
        var graph = LineageGraph.Of(Trained(devices: 9));

        Assert.Equal("warehouse@4", Assert.Single(graph.Edges, e => e.From == "run").To);
        Assert.All(["scene", "learnt", "held-out", "recipe", "warehouse@3"], source => Assert.Contains(graph.Edges, e => e.From == source && e.To == "run"));
        Assert.True(Assert.Single(graph.Edges, e => e.From == "held-out").Judges);
        Assert.Equal(6, graph.Nodes.Count(n => n.Href.StartsWith("/devices/edge-", StringComparison.Ordinal)));
        Assert.Equal("/devices?version=warehouse%404", graph.Nodes[^1].Href);
        Assert.Equal("3 more", graph.Nodes[^1].Text);
        Assert.All(graph.Nodes, n => Assert.StartsWith("/", n.Href, StringComparison.Ordinal));
        Assert.Contains("Version warehouse@4 comes from Training run", graph.InWords(), StringComparison.Ordinal);
        Assert.Equal("nightly-1, seed 7", Assert.Single(graph.Nodes, n => n.Kind == LineageKind.Run).Detail);
    }

    [Fact]
    public void A_file_that_was_brought_along_stands_alone_and_says_where_to_go_on()
    {
        var graph = LineageGraph.Of(new LineageFacts(Version(new Lineage()), null, null, new Dictionary<Digest, SnapshotResponse>(), [], new DevicesFound(0, [], [])));

        Assert.Equal(["warehouse@4", "On no device"], graph.Nodes.Select(n => n.Text));
        Assert.Equal("/rollouts", graph.Nodes[1].Href);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public void No_two_nodes_touch_and_every_edge_goes_forward_in_both_drawings(int devices)
    {
        var graph = LineageGraph.Of(Trained(devices));
        foreach (var (layout, isDown) in new[] { (LineageLayout.Across(graph), false), (LineageLayout.Down(graph), true) })
        {
            foreach (var (a, b) in from a in layout.Nodes from b in layout.Nodes where a != b select (a, b))
            {
                Assert.True(Math.Abs(a.X - b.X) >= layout.NodeWidthPx || Math.Abs(a.Y - b.Y) >= LineageLayout.NodeHeightPx, $"{a} lies on {b}");
            }

            var at = layout.Nodes.ToDictionary(n => n.Node.Id);
            Assert.All(layout.Edges, e => Assert.True(isDown ? at[e.Edge.From].Y < at[e.Edge.To].Y : at[e.Edge.From].X < at[e.Edge.To].X));
            Assert.All(layout.Nodes, n => Assert.True(n.X >= 0 && n.Y >= 0 && n.X + layout.NodeWidthPx <= layout.WidthPx && n.Y + LineageLayout.NodeHeightPx <= layout.HeightPx, $"{n} is outside"));
        }

        Assert.True(LineageLayout.Down(graph).WidthPx <= 320, "too wide for a phone");
    }

    private static LineageFacts Trained(int devices)
    {
        var run = TrainingRunId.New(TimeProvider.System);
        var version = Version(new Lineage(VersionId.Parse("warehouse@3"), run, Learnt, Digest.Of([3]), Digest.Of([4]), Seed: 7));
        var request = new TrainingRunRequest(ModelName.Parse("warehouse"), "recipe", HeldOut: HeldOut);
        return new LineageFacts(
            version,
            new TrainingRunResponse(run, request, TrainingState.Succeeded, null, "nightly-1", 1, version.Card.Version, null, default, default),
            null,
            new Dictionary<Digest, SnapshotResponse> { [Learnt] = new(Learnt, "march", 120, 800, default) },
            [VersionId.Parse("warehouse@5")],
            new DevicesFound(devices, [], [.. Enumerable.Range(0, Math.Min(6, devices)).Select(i => new DeviceResponse(DeviceId.Parse($"edge-{i}"), null, new Dictionary<string, string>(), Presence.Online, null, 1, [], null, false))]));
    }

    internal static VersionResponse Version(Lineage lineage, string id = "warehouse@4", params (string Name, double Value)[] metrics) => new(
        new ModelCard
        {
            Version = VersionId.Parse(id),
            Head = "fleet",
            Classes = ["carton"],
            Input = new InputSpec("images", 320, 320, "uint8", "rgb", 1, [], [], "letterbox", 114),
            Variants = [new VariantFile("fp32", Digest.Of([9]), 1000)],
            Lineage = lineage,
            Metrics = metrics.ToDictionary(m => m.Name, m => m.Value),
        },
        VersionState.Draft, default, "anna", []);
}
