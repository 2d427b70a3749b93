using System.Text.Json;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Tests.Labelling;

public sealed class BrowseAndSplitTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Samples_are_browsed_by_trigger_worth_and_class()
    {
        var dull = await plane.TakeAsync("browse", "cam", 0.1, "random", 0, []);
        var found = await plane.TakeAsync("browse", "cam", 0.5, "uncertain", 0, [0.5f]);
        var labelled = await plane.TakeAsync("browse", "cam", 0.9, "uncertain", 0, [0.5f]);
        await plane.Admin.Samples.LabelAsync(labelled, new LabelRequest(SampleState.Labelled, [new Annotation("can", new Box(1, 1, 5, 5))]), etag: null, Cancel);

        Assert.Equal([dull], await ListAsync(new SampleFilter(Trigger: "random")));
        Assert.Equal([labelled, found], await ListAsync(new SampleFilter(MinScore: 0.5)));
        Assert.Equal([found, dull], await ListAsync(new SampleFilter(MaxScore: 0.5)));
        Assert.Equal([found], await ListAsync(new SampleFilter(Class: "carton")));
        Assert.Equal([labelled], await ListAsync(new SampleFilter(SampleState.Labelled, Class: "can")));
        Assert.Empty(await ListAsync(new SampleFilter(Class: "ca")));
    }

    [Fact]
    public async Task A_split_holds_whole_blocks_of_time_of_a_camera_out()
    {
        var samples = new List<Digest>();
        for (var i = 0; i < 60; i++)
        {
            samples.Add(await plane.TakeAsync("split", i % 2 == 0 ? "one" : "two", 0.5, "random", i * 2, []));
            await plane.Admin.Samples.LabelAsync(samples[^1], new LabelRequest(SampleState.Labelled, []), etag: null, Cancel);
        }

        var learnt = await plane.Admin.Snapshots.TakeAsync(new SnapshotRequest("set", samples, HeldOutPercent: 30), Cancel);

        var (a, b) = (await BlocksAsync(learnt), await BlocksAsync(learnt.HeldOut!));
        Assert.Equal(60, learnt.Frames + learnt.HeldOut!.Frames);
        Assert.NotEmpty(b);
        Assert.Empty(a.Intersect(b));
        var e = await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Snapshots.TakeAsync(new SnapshotRequest("one block", samples[..1], HeldOutPercent: 30), Cancel));
        Assert.Equal(Problems.SnapshotEmpty, e.Kind);
    }

    private async Task<IReadOnlyList<Digest>> ListAsync(SampleFilter filter) =>
        [.. (await plane.Admin.Samples.PageAsync(filter with { Device = DeviceId.Parse("browse") }, cursor: null, limit: null, Cancel)).Items.Select(s => s.Frame.Digest)];

    private async Task<HashSet<string>> BlocksAsync(SnapshotResponse snapshot)
    {
        using var bytes = new MemoryStream();
        await plane.Admin.Blobs.DownloadAsync(snapshot.Digest, bytes, progress: null, Cancel);
        var manifest = JsonSerializer.Deserialize(bytes.ToArray(), FleetJson.Strict.SnapshotManifest)!;
        var blocks = new HashSet<string>();
        foreach (var frame in manifest.Frames)
        {
            var at = (await plane.Admin.Samples.GetAsync(frame.Digest, Cancel)).Frame.CapturedAt;
            blocks.Add($"{frame.Camera} {at.UtcTicks / TimeSpan.FromMinutes(10).Ticks}");
        }

        return blocks;
    }
}
