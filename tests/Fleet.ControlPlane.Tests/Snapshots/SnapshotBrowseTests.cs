using Fleet.Client;
using Fleet.Console.Snapshots;
using Fleet.Contracts;
using Fleet.ControlPlane.Snapshots;
using Fleet.ControlPlane.Tests.Labelling;

namespace Fleet.ControlPlane.Tests.Snapshots;

public sealed class SnapshotBrowseTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly SnapshotSplit Halves = new(SnapshotPart.Learnt, HeldOutPercent: 50, BlockMinutes: 10, Digest.Of("other"u8));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_of_both_parts_are_found_by_all_that_is_known_of_them()
    {
        var taken = new List<Digest>();
        for (var i = 0; i < 40; i++)
        {
            taken.Add(await plane.TakeAsync("wall", i % 2 == 0 ? "one" : "two", worth: i / 40.0, i % 4 == 0 ? "random" : "uncertain", minutes: i * 10, []));
            Annotation[] boxes = i % 5 == 0 ? [] : [new(i % 3 == 0 ? "can" : "carton", new Box(1, 1, 5, 5))];
            await plane.Admin.Samples.LabelAsync(taken[^1], new LabelRequest(SampleState.Labelled, boxes), etag: null, Cancel);
        }

        var learnt = await plane.Admin.Snapshots.TakeAsync(new SnapshotRequest("wall", taken, HeldOutPercent: 40), Cancel);
        await plane.Admin.Samples.LabelAsync(taken[1], new LabelRequest(SampleState.Discarded, []), etag: null, Cancel);
        using var viewer = await plane.ClientAsync(Role.Viewer);

        Task<SnapshotFrames> FindAsync(SnapshotFilter filter, int skip = 0, int take = 200) => viewer.Snapshots.FindAsync(learnt.Digest, filter, skip, take, Cancel);
        Assert.Equal(taken.AsEnumerable().Reverse(), (await FindAsync(new SnapshotFilter())).Items.Select(f => f.Frame.Digest));
        var window = await FindAsync(new SnapshotFilter(), skip: 3, take: 2);
        Assert.Equal(40, window.Total);
        Assert.Equal([taken[36], taken[35]], window.Items.Select(f => f.Frame.Digest));
        Assert.Equal(learnt.Frames, (await FindAsync(new SnapshotFilter(SnapshotPart.Learnt))).Total);
        Assert.Equal(learnt.HeldOut!.Frames, (await FindAsync(new SnapshotFilter(SnapshotPart.HeldOut))).Total);
        Assert.Equal(20, (await FindAsync(new SnapshotFilter(Camera: CameraId.Parse("two")))).Total);
        Assert.Equal(10, (await FindAsync(new SnapshotFilter(Trigger: "random"))).Total);
        Assert.Equal(8, (await FindAsync(new SnapshotFilter(Empty: true))).Total);
        Assert.Equal(Enumerable.Range(0, 40).Count(i => i % 5 != 0 && i % 3 == 0), (await FindAsync(new SnapshotFilter(Class: "can"))).Total);
        Assert.Equal([taken[30], taken[29], taken[28]], (await FindAsync(new SnapshotFilter(MinScore: 0.7, MaxScore: 0.75))).Items.Select(f => f.Frame.Digest));
        var changed = Assert.Single((await FindAsync(new SnapshotFilter(State: SampleState.Discarded))).Items);
        Assert.Equal((taken[1], true, 1), (changed.Frame.Digest, changed.LabelChanged, changed.Frame.Label.Count));

        var other = await viewer.Snapshots.GetAsync(learnt.HeldOut.Digest, Cancel);
        Assert.Equal((new PartCount(0, learnt.HeldOut.Frames), SnapshotPart.HeldOut), (other.Frames, other.Split!.Part));
        var unknown = await Assert.ThrowsAsync<ProblemException>(() => viewer.Snapshots.GetAsync(taken[0], Cancel));
        Assert.Equal(Problems.SnapshotUnknown, unknown.Kind);
    }

    [Fact]
    public void Counts_boxes_frames_and_blocks_of_time_of_each_part()
    {
        var detail = SnapshotSummary.Of(Open(
            Halves,
            Frame(1, "one", 3, SnapshotPart.Learnt, "can", "can", "jar"),
            Frame(2, "one", 4, SnapshotPart.Learnt, "can"),
            Frame(3, "one", 12, SnapshotPart.HeldOut, "can"),
            Frame(4, "two", 3, SnapshotPart.HeldOut)));

        Assert.Equal((new PartCount(2, 2), new PartCount(0, 1)), (detail.Frames, detail.Empty));
        Assert.Equal([new("can", new(2, 1), new(3, 1)), new("jar", new(1, 0), new(1, 0))], detail.Classes);
        Assert.Equal([2, 1], detail.Cameras[0].Blocks.Select(b => b.Frames));
        Assert.Equal([SnapshotPart.Learnt, SnapshotPart.HeldOut], detail.Cameras[0].Blocks.Select(b => b.Part));
        Assert.Equal((At(3), At(12)), (detail.Cameras[0].First, detail.Cameras[0].Last));
        Assert.Empty(SnapshotSummary.Of(Open(split: null, Frame(1, "one", 3, SnapshotPart.Learnt))).Cameras[0].Blocks);
    }

    [Fact]
    public void A_view_is_all_in_its_address()
    {
        var view = new SnapshotView(Digest.Of("s"u8)) { Part = SnapshotPart.HeldOut, Class = "a & b", Camera = "box/cam", Trigger = "random", Min = "0.25", Max = "0.5", State = SampleState.Discarded, Like = Digest.Of("l"u8) };

        Assert.Equal(view, Parsed(view.Address));
        Assert.Equal(new SnapshotFilter(SnapshotPart.HeldOut, DeviceId.Parse("box"), CameraId.Parse("cam"), "random", "a & b", MinScore: 0.25, MaxScore: 0.5, State: SampleState.Discarded, Like: view.Like), view.Filter);
        var nothing = view with { Class = SnapshotView.Nothing };
        Assert.Equal((null, true), (Parsed(nothing.Address).Filter.Class, Parsed(nothing.Address).Filter.Empty));
        Assert.Equal(new SnapshotView(view.Snapshot), SnapshotView.Parse(view.Snapshot, new Dictionary<string, string?> { ["part"] = "7", ["like"] = "no digest" }));
    }

    private static SnapshotView Parsed(string address)
    {
        var parts = new Uri($"http://x{address}");
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(parts.Query).ToDictionary(p => p.Key, p => (string?)p.Value.ToString());
        return SnapshotView.Parse(Digest.Parse(parts.Segments[^1]), query);
    }

    private static OpenSnapshot Open(SnapshotSplit? split, params OpenFrame[] frames) =>
        new(new SnapshotResponse(Digest.Of("s"u8), "s", frames.Length, 0, At(0)), split, frames);

    private static OpenFrame Frame(byte seed, string camera, int minute, SnapshotPart part, params string[] labels) => new(
        new SnapshotFrame(Digest.Of([seed]), 64, 48, DeviceId.Parse("box"), CameraId.Parse(camera), [.. labels.Select(l => new Annotation(l, new Box(0, 0, 5, 5)))]), part, At(minute), "random", 0.5);

    private static DateTimeOffset At(int minute) => DateTimeOffset.UnixEpoch.AddMinutes(minute);
}
