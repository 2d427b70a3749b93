using Fleet.Console.Versions;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Tests.Versions;

/// <summary>What each version is to its model.</summary>
public sealed class ModelShelfTests
{
    [Fact]
    public void The_version_of_most_cameras_is_champion_newer_ones_are_candidates_and_older_ones_history()
    {
        VersionResponse[] versions = [.. Enumerable.Range(1, 5).Select(n => LineageTests.Version(new Lineage(), $"warehouse@{n}")), LineageTests.Version(new Lineage(), "ashelf@1")];
        var shelf = ModelShelf.Of(versions, [new(VersionId.Parse("warehouse@3"), 4, 9, 9), new(VersionId.Parse("warehouse@2"), 1, 1, 0)], [Rollout("warehouse@4", RolloutState.Running), Rollout("warehouse@1", RolloutState.Finished)]);

        var model = shelf.Models[0];
        Assert.Equal("warehouse", model.Name.ToString());
        Assert.Equal(
            [VersionStanding.Candidate, VersionStanding.RollingOut, VersionStanding.Champion, VersionStanding.InService, VersionStanding.Earlier],
            model.Versions.Select(v => v.Standing));
        Assert.Equal("warehouse@5", model.Challenger.ToString());
        Assert.Equal(VersionStanding.Candidate, shelf.Models[1].Versions[0].Standing);
        Assert.Null(shelf.Models[1].Challenger);
    }

    [Fact]
    public void The_course_is_drawn_of_one_measure_held_out_frames_before_others()
    {
        var shelf = ModelShelf.Of(
            [
                LineageTests.Version(new Lineage(), "warehouse@1", ("map50", 0.9)),
                LineageTests.Version(new Lineage(), "warehouse@4", ("map50", 0.9)),
                LineageTests.Version(new Lineage(), "warehouse@2", ("map50", 0.91), (HeldOutMetrics.Result, 0.6)),
                LineageTests.Version(new Lineage(), "warehouse@3", (HeldOutMetrics.Result, 0.7)),
            ], [], []);

        var (measure, values) = shelf.Models[0].Course!.Value;
        Assert.Equal(HeldOutMetrics.Result, measure);
        Assert.Equal([0.6, 0.7], values.Select(v => v.Value));
    }

    [Fact]
    public void What_a_version_won_is_told_on_the_frames_that_its_base_saw_too_and_not_against_figures_from_others()
    {
        var shelf = ModelShelf.Of(
            [
                LineageTests.Version(new Lineage(), "warehouse@1", ("map50", 0.577)),
                LineageTests.Version(new Lineage(Parent: VersionId.Parse("warehouse@1")), "warehouse@2", ("map50", 0.149), ("map50_before", 0.084)),
            ], [], []);

        Assert.Equal([new MeasuredVersion(VersionId.Parse("warehouse@2"), 0.149, 0.084)], shelf.Models[0].Course!.Value.Values);
        var cards = shelf.Models[0].Versions.Select(v => v.Version.Card).ToList();
        var row = MeasureRows.Of(cards[1], cards[0]).First(r => r.Name == "mAP@.5");
        Assert.Equal(("0.577", "0.149 from 0.084", "+0.065 on B's frames"), (row.A, row.B, row.Change));
        var turned = MeasureRows.Of(cards[0], cards[1]).First(r => r.Name == "mAP@.5");
        Assert.Equal("−0.065 on A's frames", turned.Change);
    }

    private static RolloutResponse Rollout(string version, RolloutState state) =>
        new(RolloutId.New(TimeProvider.System), VersionId.Parse(version), "fp32", state, 0, [], [], default, "anna");
}
