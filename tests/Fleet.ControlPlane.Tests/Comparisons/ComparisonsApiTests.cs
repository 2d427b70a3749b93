using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Looks;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Tests.Registry;
using Fleet.ControlPlane.Tests.Samples;
using Fleet.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Comparisons;

/// <summary>Two real networks look at a real picture.</summary>
public sealed class ComparisonsApiTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_versions_look_at_the_same_frames_once_and_a_version_that_cannot_look_says_why()
    {
        var (a, b) = (await RegisterAsync(seed: 0), await RegisterAsync(seed: 1));
        var empty = await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Comparisons.AskAsync(new ComparisonRequest(a, b), Cancel));
        Assert.Equal(Problems.ComparisonEmpty, empty.Kind);
        var picture = await TakeAsync();
        await plane.Admin.Samples.LabelAsync(picture, new LabelRequest(SampleState.Labelled, [new Annotation("carton", new Box(1, 1, 50, 50))]), etag: null, Cancel);
        using var viewer = await plane.ClientAsync(Role.Viewer);

        var asked = await viewer.Comparisons.AskAsync(new ComparisonRequest(a, b), Cancel);
        var done = await OverAsync(asked.Id);

        Assert.Equal((ComparisonState.Done, 2, 2), (done.State, done.Done, done.Total));
        Assert.Equal(picture, Assert.Single(done.Frames).Digest);
        Assert.NotNull(done.Frames[0].A);
        Assert.NotNull(done.A.Scores);
        Assert.Equal(asked.Id, (await plane.Admin.Comparisons.AskAsync(new ComparisonRequest(a, b), Cancel)).Id);

        // what it found is proposed to whoever labels, from its threshold on
        var looked = await plane.Admin.Labelling.LookAsync(new LookRequest(b, [picture]), Cancel);
        Assert.Equal(new LookResponse(1, done.Frames[0].B!.Found.Count), looked);
        Assert.Equal(b, (await plane.Admin.Labelling.HoldAsync(picture, new LeaseRequest(), Cancel)).ProposedBy);

        // the file of A is gone: what it found is not, but C never looked
        var c = await RegisterAsync(seed: 2);
        await LoseAsync(a);
        await LoseAsync(c);
        Assert.Equal(ComparisonState.Done, (await OverAsync((await viewer.Comparisons.AskAsync(new ComparisonRequest(b, a), Cancel)).Id)).State);
        var failed = await OverAsync((await viewer.Comparisons.AskAsync(new ComparisonRequest(a, c), Cancel)).Id);
        Assert.Equal(ComparisonState.Failed, failed.State);
        Assert.StartsWith($"{c} cannot look at these frames: There is no blob", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comparison_that_nobody_asked_for_and_a_version_that_is_none_are_unknown()
    {
        Assert.Equal(Problems.ComparisonUnknown, (await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Comparisons.GetAsync("nothing", Cancel))).Kind);
        var request = new ComparisonRequest(VersionId.Parse("no@1"), VersionId.Parse("no@2"));
        Assert.Equal(Problems.VersionUnknown, (await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Comparisons.AskAsync(request, Cancel))).Kind);
    }

    private async Task<ComparisonResponse> OverAsync(string id)
    {
        await Eventually.Is(async () => (await plane.Admin.Comparisons.GetAsync(id, Cancel)).State is not (ComparisonState.Waiting or ComparisonState.Running), Patience);
        return await plane.Admin.Comparisons.GetAsync(id, Cancel);
    }

    private async Task<VersionId> RegisterAsync(int seed)
    {
        var bytes = TinyModels.Bytes(seed);
        await plane.Services.GetRequiredService<BlobStore>().PutAsync(bytes, Cancel);
        var version = await plane.Admin.Versions.RegisterAsync(
            new VersionRequest { Model = ModelName.Parse("tiny"), Head = "fleet", Classes = ["carton", "can"], Variants = [new VariantUpload("fp32", Digest.Of(bytes))] }, Cancel);
        return version.Card.Version;
    }

    private async Task LoseAsync(VersionId version)
    {
        var card = (await plane.Admin.Versions.GetAsync(version, Cancel)).Card;
        File.Delete(plane.Services.GetRequiredService<BlobStore>().PathOf(Looker.VariantOf(card).Digest));
    }

    private async Task<Digest> TakeAsync()
    {
        var jpeg = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Labelling", "shelf.jpg"), Cancel);
        var (device, camera) = (DeviceId.Parse("edge-1"), CameraId.Parse("dock"));
        await plane.KnowAsync(device, camera);
        var size = JpegHeader.Read(jpeg);
        var frame = new FrameMessage(Digest.Of(jpeg), camera, "twin:scene", Version: null, Frame: 0, DateTimeOffset.UnixEpoch, size.WidthPx, size.HeightPx, [], "random", 0.5, 1);
        await plane.Services.GetRequiredService<SampleArrival>().TakeAsync(device, new FrameForm(frame, jpeg), Cancel);
        return Digest.Of(jpeg);
    }
}
