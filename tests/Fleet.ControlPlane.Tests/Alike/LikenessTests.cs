using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Alike;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Tests.Samples;
using Fleet.Testing;
using Fleet.Vision;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace Fleet.ControlPlane.Tests.Alike;

/// <summary>Real pictures, described by the real child.</summary>
public sealed class LikenessTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_pictures_most_like_one_come_first_and_what_is_no_picture_stops_nobody()
    {
        var upright = await TakeAsync("one", Stripes(SKColors.White, across: false));
        var dimmer = await TakeAsync("two", Stripes(SKColors.LightGray, across: false));
        var lying = await TakeAsync("one", Stripes(SKColors.Orange, across: true));
        var broken = await TakeAsync("one", Jpegs.Of(seed: 77));
        using var viewer = await plane.ClientAsync(Role.Viewer);

        await Eventually.Is(async () => await viewer.Samples.AlikeAsync(upright, new SampleFilter(), take: null, Cancel) is var found && found.Compared == found.Total, Patience);
        var all = await viewer.Samples.AlikeAsync(upright, new SampleFilter(), take: null, Cancel);
        var ofOne = await viewer.Samples.AlikeAsync(upright, new SampleFilter(Camera: CameraId.Parse("one")), take: 2, Cancel);

        Assert.Equal([upright, dimmer, lying], all.Items.Select(i => i.Sample.Frame.Digest));
        Assert.Equal(0, all.Items[0].Distance);
        Assert.True(all.Items[1].Distance < all.Items[2].Distance / 2, $"{all.Items[1].Distance} and {all.Items[2].Distance}");
        Assert.Equal([upright, lying], ofOne.Items.Select(i => i.Sample.Frame.Digest));
        var e = await Assert.ThrowsAsync<ProblemException>(() => viewer.Samples.AlikeAsync(broken, new SampleFilter(), take: null, Cancel));
        Assert.Equal(Problems.SamplePicture, e.Kind);
        e = await Assert.ThrowsAsync<ProblemException>(() => viewer.Samples.AlikeAsync(Digest.Of("none"u8), new SampleFilter(), take: null, Cancel));
        Assert.Equal(Problems.SampleUnknown, e.Kind);
        Assert.Empty(new LikenessStore(plane.Services.GetRequiredService<DataFolder>()).Missing([upright, dimmer, lying, broken]));

        // the frames of a snapshot in the same order
        foreach (var sample in (Digest[])[lying, dimmer, upright])
        {
            await plane.Admin.Samples.LabelAsync(sample, new LabelRequest(SampleState.Labelled, []), etag: null, Cancel);
        }

        var snapshot = await plane.Admin.Snapshots.TakeAsync(new SnapshotRequest("alike", [lying, dimmer, upright]), Cancel);
        var frames = await viewer.Snapshots.FindAsync(snapshot.Digest, new SnapshotFilter(Like: dimmer), skip: 0, take: 10, Cancel);
        Assert.Equal([dimmer, upright, lying], frames.Items.Select(f => f.Frame.Digest));
        Assert.Equal((3, 3), (frames.Total, frames.Compared));
    }

    [Fact]
    public void A_record_that_was_cut_off_costs_that_record_alone()
    {
        using var folder = new TempFolder();
        using var data = DataFolder.Open(folder.Path);
        var (first, second, third) = (Digest.Of([1]), Digest.Of([2]), Digest.Of([3]));
        var store = new LikenessStore(data);
        store.Keep(first, new sbyte[FrameEmbedding.Length]);
        store.Keep(second, new sbyte[FrameEmbedding.Length]);
        using (var file = File.OpenWrite(Path.Combine(folder.Path, "looks", "likeness")))
        {
            file.SetLength(file.Length - 1);
        }

        new LikenessStore(data).Keep(third, likeness: null);

        Assert.Equal([second], new LikenessStore(data).Missing([first, second, third]));
    }

    private async Task<Digest> TakeAsync(string camera, byte[] jpeg)
    {
        var (device, id) = (DeviceId.Parse("alike"), CameraId.Parse(camera));
        await plane.KnowAsync(device, id);
        var frame = new FrameMessage(Digest.Of(jpeg), id, "twin:scene", Version: null, Frame: 0, DateTimeOffset.UnixEpoch, 64, 48, [], "random", Score: 0.5, InclusionProbability: 0.1);
        await plane.Services.GetRequiredService<SampleArrival>().TakeAsync(device, new FrameForm(frame, jpeg), Cancel);
        return frame.Digest;
    }

    private static byte[] Stripes(SKColor colour, bool across)
    {
        using var bitmap = new SKBitmap(64, 48);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = colour })
        {
            canvas.Clear(SKColors.Black);
            for (var at = 0; at < 64; at += 16)
            {
                canvas.DrawRect(across ? new SKRect(0, at, 64, at + 8) : new SKRect(at, 0, at + 8, 48), paint);
            }
        }

        using var encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return encoded.ToArray();
    }
}
