using Fleet.Contracts;
using Fleet.ControlPlane.LabelStudio;

namespace Fleet.ControlPlane.Tests.LabelStudio;

public sealed class LabelConfigTests
{
    private static readonly string[] Classes = ["carton", "can", "jar"];

    [Fact]
    public void Labels_are_matched_by_name_in_any_case_and_by_what_they_say_a_model_calls_them()
    {
        var config = LabelConfig.Of(
            """
            <View><Header value="Boxes"/><Image name="img" value="$picture"/>
            <RectangleLabels name="tag" toName="img"><Label value="Carton"/><Label value="Tin" predicted_values="can, tin"/><Label value="Dog"/></RectangleLabels></View>
            """,
            Classes);

        Assert.Equal(("tag", "img", "picture"), (config.FromName, config.ToName, config.DataKey));
        Assert.Equal(new Dictionary<string, string> { ["carton"] = "Carton", ["can"] = "Tin" }, config.Labels);
    }

    [Theory]
    [InlineData("", "not XML")]
    [InlineData("<View><Choices name='c' toName='t'/></View>", "no RectangleLabels")]
    [InlineData("<View><Image name='other' value='$image'/><RectangleLabels name='a' toName='image'><Label value='can'/></RectangleLabels></View>", "does not lie over an Image")]
    [InlineData("<View><Image name='image' value='$image'/><RectangleLabels name='a' toName='image'><Label value='Dog'/></RectangleLabels></View>", "The project's labels are Dog; the version finds carton, can, jar")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><View>&e;</View>", "not XML")]
    public void A_setup_that_cannot_take_boxes_is_refused_with_what_is_wanted(string xml, string why)
    {
        var e = Assert.Throws<ProblemException>(() => LabelConfig.Of(xml, Classes));

        Assert.Equal(Problems.RequestInvalid, e.Kind);
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_are_told_in_percent_of_the_picture_from_the_threshold_on_the_surest_first()
    {
        var config = new LabelConfig("tag", "img", "picture", new Dictionary<string, string> { ["can"] = "Tin" });
        Detection[] found = [new("can", 0.6f, new Box(50, 20, 100, 40)), new("can", 0.9f, new Box(-10, 90, 30, 20)), new("can", 0.4f, new Box(0, 0, 5, 5)), new("jar", 0.9f, new Box(0, 0, 5, 5))];

        var said = PredictionPlanner.Of(VersionId.Parse("shelf@3"), 0.5, config, new TaskPicture(Digest.Of("p"u8), "p", 200, 100), found);

        Assert.Equal([new(0, 90, 10, 10), new(25, 20, 50, 40)], said.Result.Select(r => new Box((float)r.Value.X, (float)r.Value.Y, (float)r.Value.Width, (float)r.Value.Height)));
        Assert.All(said.Result, r => Assert.Equal(("tag", "img", "rectanglelabels", 200, 100, "Tin"), (r.FromName, r.ToName, r.Type, r.OriginalWidth, r.OriginalHeight, Assert.Single(r.Value.RectangleLabels))));
        Assert.Equal(2, said.Result.Select(r => r.Id).Distinct().Count());
        Assert.Equal((0.75, "shelf@3"), (Math.Round(said.Score, 4), said.ModelVersion));
        Assert.Equal(0, PredictionPlanner.Of(VersionId.Parse("shelf@3"), 0.5, config, new TaskPicture(Digest.Of("p"u8), "p", 200, 100), []).Score);
    }
}
