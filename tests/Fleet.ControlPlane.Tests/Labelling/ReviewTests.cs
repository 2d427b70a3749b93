using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Labelling;

namespace Fleet.ControlPlane.Tests.Labelling;

public sealed class ReviewTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly Annotation Left = new("carton", new Box(1, 1, 20, 20));
    private static readonly Annotation Right = new("can", new Box(40, 1, 10, 20));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_label_is_reviewed_by_someone_else_and_then_never_again()
    {
        var (maker, reviewer) = (await plane.PersonAsync("maker"), await plane.PersonAsync("reviewer"));
        var sample = await LabelledAsync("accept", maker, [Left]);

        Assert.Null(await maker.Labelling.NextAsync(ToReview("accept"), Cancel));
        var task = await reviewer.Labelling.NextAsync(ToReview("accept"), Cancel);
        Assert.Equal(sample, task!.Sample.Frame.Digest);
        var e = await Assert.ThrowsAsync<ProblemException>(() => maker.Labelling.ReviewAsync(sample, new ReviewRequest(ReviewVerdict.Accepted), task.Sample.ETag, Cancel));
        Assert.Equal(Problems.LabellingReview, e.Kind);

        await reviewer.Labelling.ReviewAsync(sample, new ReviewRequest(ReviewVerdict.Accepted), task.Sample.ETag, Cancel);

        Assert.Null(await (await plane.PersonAsync("third")).Labelling.NextAsync(ToReview("accept"), Cancel));
    }

    [Fact]
    public async Task A_correction_is_the_label_and_tells_how_far_both_agree()
    {
        var (maker, reviewer) = (await plane.PersonAsync("corrected"), await plane.PersonAsync("corrector"));
        var sample = await LabelledAsync("correct", maker, [Left, Right]);
        var etag = (await reviewer.Samples.GetAsync(sample, Cancel)).ETag;

        var after = await reviewer.Labelling.ReviewAsync(sample, new ReviewRequest(ReviewVerdict.Corrected, [Left, Right with { Label = "bottle" }, new Annotation("can", new Box(1, 30, 5, 5))]), etag, Cancel);

        Assert.Equal((3, "corrector"), (after.Label!.Count, after.LabelledBy));
        var review = Assert.Single((await reviewer.Labelling.HoldAsync(sample, new LeaseRequest(), Cancel)).Reviews);
        Assert.Equal([Left, Right], review.Before);
        Assert.Equal(new BoxAgreement(Same: 1, OtherClass: 1, OnlyBefore: 0, OnlyAfter: 1, IouSum: 2), review.Agreement);
        var his = (await reviewer.Labelling.AgreementAsync(Cancel)).Single(a => a.Of == "corrected");
        Assert.Equal((1, 0, 0.4), (his.Reviewed, his.Accepted, his.Boxes.Share));
        Assert.Null(await maker.Labelling.NextAsync(ToReview("correct"), Cancel));
    }

    [Fact]
    public async Task A_returned_label_waits_again_with_its_boxes_and_the_note()
    {
        var (maker, reviewer) = (await plane.PersonAsync("returned"), await plane.PersonAsync("returner"));
        var sample = await LabelledAsync("return", maker, [Left]);
        var etag = (await reviewer.Samples.GetAsync(sample, Cancel)).ETag;

        await reviewer.Labelling.ReviewAsync(sample, new ReviewRequest(ReviewVerdict.Returned, Note: "one is missing"), etag, Cancel);

        var again = await maker.Labelling.NextAsync(new LabelNextRequest { Device = DeviceId.Parse("return") }, Cancel);
        Assert.Equal((sample, SampleState.Unlabelled), (again!.Sample.Frame.Digest, again.Sample.State));
        Assert.Equal([Left], again.Draft);
        Assert.Equal("one is missing", again.Reviews[0].Note);
    }

    [Fact]
    public void Pairs_each_box_once_with_the_one_that_overlaps_most()
    {
        Annotation[] before = [Left, Left with { Box = new Box(3, 1, 20, 20) }];
        Annotation[] after = [Left with { Box = new Box(2.9f, 1, 20, 20) }];

        Assert.Equal((1, 1, 0), (Agreement.Of(before, after).Same, Agreement.Of(before, after).OnlyBefore, Agreement.Of(before, after).OnlyAfter));
        Assert.Equal(1, Agreement.Of([], []).Share);
    }

    private static LabelNextRequest ToReview(string device) => new() { Work = LabelWork.Review, Device = DeviceId.Parse(device) };

    private async Task<Digest> LabelledAsync(string device, FleetClient by, IReadOnlyList<Annotation> boxes)
    {
        var sample = await plane.TakeAsync(device);
        await by.Samples.LabelAsync(sample, new LabelRequest(SampleState.Labelled, boxes), etag: null, Cancel);
        return sample;
    }
}
