using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Snapshots;
using Fleet.ControlPlane.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Snapshots;

public sealed class SnapshotTests : IAsyncLifetime
{
    private readonly RunningPlane _plane = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _plane.InitializeAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Holds_the_labelled_samples_as_they_were()
    {
        var (first, second) = (await LabelledAsync(1), await LabelledAsync(2));
        var taken = await _plane.Admin.Snapshots.TakeAsync(new SnapshotRequest("week 1"), Cancel);
        await _plane.Admin.Samples.LabelAsync(first, new LabelRequest(SampleState.Discarded, []), etag: null, Cancel);

        var manifest = await _plane.Admin.Snapshots.GetManifestAsync(taken.Digest, Cancel);

        Assert.Equal((2, 2), (taken.Frames, taken.Boxes));
        Assert.Equal(new[] { first, second }.Order(Comparer<Digest>.Create((a, b) => string.CompareOrdinal(a.Hex, b.Hex))), manifest.Frames.Select(f => f.Digest));
        Assert.All(manifest.Frames, f => Assert.Single(f.Label));
    }

    [Fact]
    public async Task Is_the_same_snapshot_when_nothing_changed_and_another_when_a_label_did()
    {
        var sample = await LabelledAsync(1);
        var request = new SnapshotRequest("same");
        var first = await _plane.Admin.Snapshots.TakeAsync(request, Cancel);

        Assert.Equal(first, await _plane.Admin.Snapshots.TakeAsync(request, Cancel));

        await _plane.Admin.Samples.LabelAsync(sample, new LabelRequest(SampleState.Labelled, []), etag: null, Cancel);
        Assert.NotEqual(first.Digest, (await _plane.Admin.Snapshots.TakeAsync(request, Cancel)).Digest);
        Assert.Equal(2, (await _plane.Admin.Snapshots.PageAsync(cursor: null, limit: null, Cancel)).Items.Count);
    }

    [Fact]
    public async Task Refuses_to_be_empty_or_to_hold_what_is_unknown_or_unlabelled()
    {
        Assert.Equal(Problems.SnapshotEmpty, await RefusedAsync(samples: null));
        Assert.Equal(Problems.SnapshotEmpty, await RefusedAsync([]));
        Assert.Equal(Problems.SampleUnknown, await RefusedAsync([Digest.Of("nothing"u8)]));
        Assert.Equal(Problems.RequestInvalid, await RefusedAsync([await TakenAsync(seed: 9)]));
        Assert.Empty((await _plane.Admin.Snapshots.PageAsync(cursor: null, limit: null, Cancel)).Items);
    }

    [Fact]
    public void Has_the_same_bytes_in_whatever_order_its_frames_come()
    {
        SnapshotFrame[] frames = [Frame(1), Frame(2), Frame(3)];

        Assert.Equal(ManifestPlanner.Of("any", frames).Bytes, ManifestPlanner.Of("any", [frames[2], frames[0], frames[1]]).Bytes);
    }

    private static SnapshotFrame Frame(byte seed) => new(Digest.Of([seed]), 64, 48, DeviceId.Parse("box"), CameraId.Parse("cam"), []);

    private async Task<ProblemKind> RefusedAsync(IReadOnlyList<Digest>? samples) =>
        (await Assert.ThrowsAsync<ProblemException>(() => _plane.Admin.Snapshots.TakeAsync(new SnapshotRequest("empty", samples), Cancel))).Kind;

    private async Task<Digest> TakenAsync(int seed)
    {
        var jpeg = Jpegs.Of(seed: seed);
        await _plane.KnowAsync(DeviceId.Parse("box"), CameraId.Parse("cam"));
        var frame = new FrameMessage(
            Digest.Of(jpeg), CameraId.Parse("cam"), "twin:scene", Version: null, Frame: 0, DateTimeOffset.UnixEpoch, 64, 48, [], "random", Score: 0.5, InclusionProbability: 0.1);
        await _plane.Services.GetRequiredService<SampleArrival>().TakeAsync(DeviceId.Parse("box"), new FrameForm(frame, jpeg), Cancel);
        return frame.Digest;
    }

    private async Task<Digest> LabelledAsync(int seed)
    {
        var sample = await TakenAsync(seed);
        await _plane.Admin.Samples.LabelAsync(sample, new LabelRequest(SampleState.Labelled, [new("carton", new Box(0, 0, 5, 5))]), etag: null, Cancel);
        return sample;
    }
}
