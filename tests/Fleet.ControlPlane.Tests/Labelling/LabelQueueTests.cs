using System.Collections.Concurrent;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Labelling;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.ControlPlane.Tests.Labelling;

public sealed class LabelQueueTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly Annotation Carton = new("carton", new Box(1, 2, 30, 40));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Never_gives_two_people_the_same_frame()
    {
        const int frames = 40;
        for (var i = 0; i < frames; i++)
        {
            await plane.TakeAsync("crowd", worth: i % 3 / 3.0);
        }

        var people = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => plane.PersonAsync($"crowd-{i}")));
        var given = new ConcurrentBag<Digest>();
        await Task.WhenAll(people.Select(async person =>
        {
            while (await person.Labelling.NextAsync(Only("crowd"), Cancel) is { } task)
            {
                given.Add(task.Sample.Frame.Digest);
            }
        }));

        Assert.Equal(frames, given.Count);
        Assert.Equal(frames, given.Distinct().Count());
    }

    [Fact]
    public async Task Gives_frames_in_the_order_of_the_strategy()
    {
        var dull = await plane.TakeAsync("order", "one", 0.1, 0.95f);
        var unsure = await plane.TakeAsync("order", "one", 0.2, 0.9f, 0.52f);
        var worthy = await plane.TakeAsync("order", "one", 0.9, 0.8f);
        var other = await plane.TakeAsync("order", "two", 0.3);
        await plane.Admin.Samples.LabelAsync(await plane.TakeAsync("order", "one"), new LabelRequest(SampleState.Labelled, []), etag: null, Cancel);

        Assert.Equal(worthy, await FirstAsync(LabelStrategy.Value));
        Assert.Equal(unsure, await FirstAsync(LabelStrategy.Uncertainty));
        Assert.Equal(dull, await FirstAsync(LabelStrategy.First));
        Assert.Equal(other, await FirstAsync(LabelStrategy.Camera));
        Assert.Equal(await FirstAsync(LabelStrategy.Random), await FirstAsync(LabelStrategy.Random));

        async Task<Digest> FirstAsync(LabelStrategy strategy)
        {
            var sample = (await plane.Admin.Labelling.NextAsync(Only("order") with { Strategy = strategy }, Cancel))!.Sample.Frame.Digest;
            await plane.Admin.Labelling.GiveBackAsync(sample, Cancel);
            return sample;
        }
    }

    [Fact]
    public async Task Gives_a_frame_to_someone_else_only_after_its_lease_has_ended()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        var queue = new LabelQueue(plane.Services.GetRequiredService<IDbContextFactory<FleetStore>>(), clock);
        var sample = await plane.TakeAsync("lease");

        Assert.Equal(sample, await queue.NextAsync("anna", Only("lease"), Cancel));
        clock.Advance(LabelQueue.Lease - TimeSpan.FromSeconds(1));
        Assert.Null(await queue.NextAsync("bert", Only("lease"), Cancel));
        await queue.HoldAsync(sample, "anna", draft: null, Cancel);
        clock.Advance(LabelQueue.Lease - TimeSpan.FromSeconds(1));
        Assert.Null(await queue.NextAsync("bert", Only("lease"), Cancel));
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(sample, await queue.NextAsync("bert", Only("lease"), Cancel));
        var e = await Assert.ThrowsAsync<ProblemException>(() => queue.HoldAsync(sample, "anna", draft: null, Cancel));
        Assert.Equal(Problems.LabellingLeased, e.Kind);
    }

    [Fact]
    public async Task Keeps_what_was_drawn_when_a_frame_is_given_back_unfinished()
    {
        var sample = await plane.TakeAsync("draft");
        var (first, second) = (await plane.PersonAsync("first"), await plane.PersonAsync("second"));
        await first.Labelling.NextAsync(Only("draft"), Cancel);
        await first.Labelling.HoldAsync(sample, new LeaseRequest([Carton]), Cancel);
        await first.Labelling.GiveBackAsync(sample, Cancel);

        Assert.Equal([Carton], (await second.Labelling.NextAsync(Only("draft"), Cancel))!.Draft);

        await second.Samples.LabelAsync(sample, new LabelRequest(SampleState.Labelled, []), etag: null, Cancel);
        Assert.Null((await second.Labelling.HoldAsync(sample, new LeaseRequest(), Cancel)).Draft);
    }

    [Fact]
    public async Task Offers_a_skipped_frame_to_others_but_not_again_to_who_skipped_it()
    {
        var sample = await plane.TakeAsync("skip");
        var (first, second) = (await plane.PersonAsync("skipper"), await plane.PersonAsync("other"));
        await first.Labelling.NextAsync(Only("skip"), Cancel);
        await first.Labelling.SkipAsync(sample, Cancel);

        Assert.Null(await first.Labelling.NextAsync(Only("skip"), Cancel));
        Assert.Equal(new LabelCounts(Waiting: 1, InWork: 0, Skipped: 1, Labelled: 0, ToReview: 0, Discarded: 0), await first.Labelling.CountAsync(Only("skip"), Cancel));
        Assert.Equal(sample, (await second.Labelling.NextAsync(Only("skip"), Cancel))!.Sample.Frame.Digest);
        await second.Labelling.GiveBackAsync(sample, Cancel);
        await first.Labelling.TakeBackSkipsAsync(Cancel);
        Assert.NotNull(await first.Labelling.NextAsync(Only("skip"), Cancel));
    }

    [Fact]
    public async Task Copies_from_the_frame_that_the_same_camera_sent_before()
    {
        var before = await plane.TakeAsync("earlier", "one");
        await plane.Admin.Samples.LabelAsync(before, new LabelRequest(SampleState.Labelled, [Carton]), etag: null, Cancel);
        await plane.Admin.Samples.LabelAsync(await plane.TakeAsync("earlier", "two"), new LabelRequest(SampleState.Labelled, []), etag: null, Cancel);
        var now = await plane.TakeAsync("earlier", "one");

        var earlier = await plane.Admin.Labelling.EarlierAsync(now, Cancel);

        Assert.Equal(before, earlier!.Digest);
        Assert.Equal([Carton], earlier.Boxes);
        Assert.Null(await plane.Admin.Labelling.EarlierAsync(before, Cancel));
    }

    [Fact]
    public async Task Takes_the_page_s_cookie_for_labelling_only_with_the_header_of_the_page()
    {
        using var client = new HttpClient { BaseAddress = plane.Server.Http.BaseAddress };
        client.DefaultRequestHeaders.Add("Cookie", $"fleet_session={plane.Server.Admin.Token}");

        Assert.Equal(401, (int)(await client.DeleteAsync("/api/v1/labelling/skips", Cancel)).StatusCode);
        client.DefaultRequestHeaders.Add("X-Fleet-Page", "1");
        Assert.Equal(204, (int)(await client.DeleteAsync("/api/v1/labelling/skips", Cancel)).StatusCode);
        Assert.Equal(401, (int)(await client.PostAsync("/api/v1/snapshots", null, Cancel)).StatusCode);
    }

    private static LabelNextRequest Only(string device) => new() { Device = DeviceId.Parse(device) };
}
