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

    private static RolloutResponse Rollout(string version, RolloutState state) =>
        new(RolloutId.New(TimeProvider.System), VersionId.Parse(version), "fp32", state, 0, [], [], default, "anna");
}
