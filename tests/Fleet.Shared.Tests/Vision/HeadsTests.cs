using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Shared.Tests.Vision;

public sealed class HeadsTests
{
    private static readonly InputSpec Input = new("images", 64, 64, "float32", "bgr", 1, [], [], "letterbox-topleft", 114);
    private readonly List<Candidate> _found = [];

    [Fact]
    public void Decodes_a_yolox_row_by_its_grid_and_stride()
    {
        // anchors of a 64x64 input: 8x8 of stride 8, 4x4 of stride 16, 2x2 of stride 32
        var values = new float[84 * 7];
        float[] row = [0.5f, 0.5f, MathF.Log(2), 0, 0.9f, 0.1f, 0.8f];
        row.CopyTo(values, (64 + (1 * 4) + 2) * 7);
        Heads.Decode("yolox", [new("output", [1, 84, 7], values)], Input, classes: 2, threshold: 0.3f, _found);

        var found = Assert.Single(_found);
        Assert.Equal((1, 0.72f), (found.Class, MathF.Round(found.Score, 4)));
        Assert.Equal(24, found.Box.X, 0.001f);
        Assert.Equal(16, found.Box.Y, 0.001f);
        Assert.Equal(32, found.Box.Width, 0.001f);
        Assert.Equal(16, found.Box.Height, 0.001f);
    }

    [Fact]
    public void Decodes_peaks_by_distances_from_the_centre_of_their_cell()
    {
        var (peaks, ltrb) = (new float[2 * 8 * 16], new float[4 * 8 * 16]);
        var cell = (3 * 16) + 5;
        peaks[128 + cell] = 0.6f;
        (ltrb[cell], ltrb[128 + cell], ltrb[256 + cell], ltrb[384 + cell]) = (1, 2, 3, 4);
        peaks[7] = float.NaN;
        Heads.Decode("fleet", [new("ltrb", [1, 4, 8, 16], ltrb), new("peaks", [1, 2, 8, 16], peaks)], Input with { WidthPx = 128 }, 2, 0.5f, _found);
        Assert.Equal(new Candidate(1, 0.6f, new(43, 26, 4, 6)), Assert.Single(_found));
    }

    [Fact]
    public void Leaves_out_what_is_no_box()
    {
        var values = new float[84 * 6];
        float[] row = [0, 0, float.NaN, 200, 1, 1];
        row.CopyTo(values, 0);
        Heads.Decode("yolox", [new("output", [1, 84, 6], values)], Input, classes: 1, threshold: 0.3f, _found);
        Assert.Empty(_found);
    }

    [Fact]
    public void Says_what_came_and_what_is_wanted_when_an_output_has_another_shape()
    {
        var refusal = Assert.Throws<ProblemException>(() => Heads.Decode("yolox", [new("output", [1, 100, 85], [])], Input, 80, 0.3f, _found));
        Assert.Equal(Problems.ModelHead, refusal.Kind);
        Assert.Contains("output[1,100,85]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("[1,84,85]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_the_strongest_of_overlapping_boxes_of_a_class()
    {
        List<Candidate> boxes =
        [
            new(0, 0.5f, new(1, 1, 10, 10)), new(0, 0.9f, new(0, 0, 10, 10)), new(1, 0.4f, new(0, 0, 10, 10)), new(0, 0.3f, new(20, 0, 10, 10)),
        ];
        Suppression.Apply(boxes, maxIou: 0.5f);
        Assert.Equal([0.9f, 0.4f, 0.3f], boxes.Select(b => b.Score));
    }
}
