using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Samples;

public sealed class SamplesApiTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly Annotation Carton = new("carton", new Box(1, 2, 30, 40));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shows_the_picture_that_was_taken_in()
    {
        var jpeg = Jpegs.Of(seed: 1);
        await TakeAsync(jpeg);

        Assert.Equal(jpeg, await plane.Admin.Samples.GetPictureAsync(Digest.Of(jpeg), Cancel));
        Assert.Equal(SampleState.Unlabelled, (await GetAsync(jpeg)).State);
    }

    [Fact]
    public async Task Keeps_one_sample_however_often_it_arrives()
    {
        var jpeg = Jpegs.Of(seed: 2);
        await plane.KnowAsync(DeviceId.Parse("often"), CameraId.Parse("cam"));

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TakeAsync(jpeg, device: "often")));

        Assert.Single(taken, isNew => isNew);
        Assert.Single((await plane.Admin.Samples.PageAsync(new SampleFilter(Device: DeviceId.Parse("often")), cursor: null, limit: null, Cancel)).Items);
    }

    [Fact]
    public async Task Shows_a_window_of_what_passes_a_filter_newest_first_and_how_many_there_are()
    {
        var pictures = Enumerable.Range(40, 5).Select(seed => Jpegs.Of(seed)).ToList();
        foreach (var jpeg in pictures)
        {
            await TakeAsync(jpeg, device: "window");
        }

        await LabelAsync(pictures[3], new LabelRequest(SampleState.Discarded, []));
        var filter = new SampleFilter(SampleState.Unlabelled, DeviceId.Parse("window"));

        var middle = await plane.Admin.Samples.FindAsync(filter, skip: 1, take: 2, Cancel);
        var count = await plane.Admin.Samples.FindAsync(filter, skip: 0, take: 0, Cancel);
        var e = await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Samples.FindAsync(filter, skip: -1, take: 201, Cancel));

        Assert.Equal([Digest.Of(pictures[2]), Digest.Of(pictures[1])], middle.Items.Select(s => s.Frame.Digest));
        Assert.Equal((4, 4, 0), (middle.Total, count.Total, count.Items.Count));
        Assert.Equal(Problems.RequestInvalid, e.Kind);
    }

    [Fact]
    public async Task Remembers_the_boxes_and_who_drew_them()
    {
        var jpeg = Jpegs.Of(seed: 3);
        await TakeAsync(jpeg);

        var labelled = await LabelAsync(jpeg, new LabelRequest(SampleState.Labelled, [Carton]));

        Assert.Equal((SampleState.Labelled, plane.Server.Admin.Name), (labelled.State, labelled.LabelledBy));
        Assert.Equal([Carton], (await GetAsync(jpeg)).Label);
    }

    [Fact]
    public async Task Lets_the_second_of_two_people_look_again()
    {
        var jpeg = Jpegs.Of(seed: 4);
        await TakeAsync(jpeg);
        var seen = (await GetAsync(jpeg)).ETag;
        await LabelAsync(jpeg, new LabelRequest(SampleState.Labelled, [Carton]), seen);

        var e = await Assert.ThrowsAsync<ProblemException>(() => LabelAsync(jpeg, new LabelRequest(SampleState.Discarded, []), seen));

        Assert.Equal(Problems.RequestStale, e.Kind);
        Assert.Equal(SampleState.Labelled, (await GetAsync(jpeg)).State);
    }

    [Fact]
    public async Task Lets_only_one_of_many_labels_made_at_once_win()
    {
        var jpeg = Jpegs.Of(seed: 5);
        await TakeAsync(jpeg);
        var seen = (await GetAsync(jpeg)).ETag;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Record.ExceptionAsync(() =>
            LabelAsync(jpeg, new LabelRequest(SampleState.Labelled, [Carton with { Label = $"by-{i}" }]), seen)).AsTask()));

        Assert.Single(outcomes, o => o is null);
        Assert.All(outcomes.OfType<ProblemException>(), e => Assert.Equal(Problems.RequestStale, e.Kind));
    }

    [Fact]
    public async Task Takes_a_label_back()
    {
        var jpeg = Jpegs.Of(seed: 6);
        await TakeAsync(jpeg);
        await LabelAsync(jpeg, new LabelRequest(SampleState.Labelled, [Carton]));

        var sample = await LabelAsync(jpeg, new LabelRequest(SampleState.Unlabelled, []));

        Assert.Equal((SampleState.Unlabelled, null, null), (sample.State, sample.Label, sample.LabelledBy));
    }

    [Theory]
    [InlineData(50, 10, 20, 10, "carton")]
    [InlineData(-1, 10, 20, 10, "carton")]
    [InlineData(0, 0, 0, 10, "carton")]
    [InlineData(0, 0, 10, 10, "")]
    [InlineData(0, 0, 10, 10, " carton")]
    public async Task Refuses_a_box_outside_the_frame_or_without_a_proper_label(float x, float y, float width, float height, string label)
    {
        var jpeg = Jpegs.Of(widthPx: 64, heightPx: 48, seed: 7);
        await TakeAsync(jpeg);

        var e = await Assert.ThrowsAsync<ProblemException>(() =>
            LabelAsync(jpeg, new LabelRequest(SampleState.Labelled, [new Annotation(label, new Box(x, y, width, height))])));

        Assert.Equal(Problems.RequestInvalid, e.Kind);
        Assert.Equal(SampleState.Unlabelled, (await GetAsync(jpeg)).State);
    }

    [Fact]
    public async Task Refuses_boxes_on_a_discarded_sample()
    {
        var jpeg = Jpegs.Of(seed: 8);
        await TakeAsync(jpeg);

        var e = await Assert.ThrowsAsync<ProblemException>(() => LabelAsync(jpeg, new LabelRequest(SampleState.Discarded, [Carton])));

        Assert.Equal(Problems.RequestInvalid, e.Kind);
    }

    [Fact]
    public async Task Lists_by_state_device_and_camera_newest_first()
    {
        byte[][] jpegs = [Jpegs.Of(seed: 10), Jpegs.Of(seed: 11), Jpegs.Of(seed: 12)];
        await TakeAsync(jpegs[0], "filter", "one");
        await TakeAsync(jpegs[1], "filter", "two");
        await TakeAsync(jpegs[2], "filter", "two");
        await LabelAsync(jpegs[1], new LabelRequest(SampleState.Labelled, []));

        Assert.Equal([jpegs[2], jpegs[1]], await PicturesAsync(new(Device: DeviceId.Parse("filter"), Camera: CameraId.Parse("two"))));
        Assert.Equal([jpegs[2], jpegs[0]], await PicturesAsync(new(SampleState.Unlabelled, DeviceId.Parse("filter"))));
    }

    [Fact]
    public async Task Lets_a_labeller_label_and_a_viewer_only_look()
    {
        var jpeg = Jpegs.Of(seed: 14);
        await TakeAsync(jpeg);
        var request = new LabelRequest(SampleState.Labelled, [Carton]);
        var viewer = await plane.ClientAsync(Role.Viewer);
        var labeller = await plane.ClientAsync(Role.Labeller);

        var e = await Assert.ThrowsAsync<ProblemException>(() => viewer.Samples.LabelAsync(Digest.Of(jpeg), request, etag: null, Cancel));

        Assert.Equal(Problems.AuthForbidden, e.Kind);
        Assert.Equal(SampleState.Labelled, (await labeller.Samples.LabelAsync(Digest.Of(jpeg), request, etag: null, Cancel)).State);
    }

    private static FrameMessage Frame(byte[] jpeg, string camera)
    {
        var size = JpegHeader.Read(jpeg);
        return new FrameMessage(
            Digest.Of(jpeg), CameraId.Parse(camera), "twin:scene", Version: null, Frame: 0, DateTimeOffset.UnixEpoch, size.WidthPx, size.HeightPx, [], "random", Score: 0.5, InclusionProbability: 0.1);
    }

    private async Task<bool> TakeAsync(byte[] jpeg, string device = "box", string camera = "cam")
    {
        await plane.KnowAsync(DeviceId.Parse(device), CameraId.Parse(camera));
        return await plane.Services.GetRequiredService<SampleArrival>().TakeAsync(DeviceId.Parse(device), new FrameForm(Frame(jpeg, camera), jpeg), Cancel);
    }

    private Task<SampleResponse> GetAsync(byte[] jpeg) => plane.Admin.Samples.GetAsync(Digest.Of(jpeg), Cancel);

    private Task<SampleResponse> LabelAsync(byte[] jpeg, LabelRequest label, string? etag = null) =>
        plane.Admin.Samples.LabelAsync(Digest.Of(jpeg), label, etag, Cancel);

    private async Task<IReadOnlyList<byte[]>> PicturesAsync(SampleFilter filter)
    {
        var pictures = new List<byte[]>();
        await foreach (var sample in plane.Admin.Samples.ListAsync(filter, Cancel))
        {
            pictures.Add(await plane.Admin.Samples.GetPictureAsync(sample.Frame.Digest, Cancel));
        }

        return pictures;
    }
}
