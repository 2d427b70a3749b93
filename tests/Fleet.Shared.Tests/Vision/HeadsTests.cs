using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Shared.Tests.Vision;

/// <summary>Each head against tensors whose boxes were worked out by hand, on a 64x64 input.</summary>
public sealed class HeadsTests
{
    private static readonly InputSpec Input = new("images", 64, 64, "float32", "bgr", 1, [], [], "letterbox-topleft", 114);

    [Fact]
    public void Decodes_a_yolox_row_by_its_grid_and_stride()
    {
        // anchors of a 64x64 input: 8x8 of stride 8, 4x4 of stride 16, 2x2 of stride 32
        var values = new float[84 * 7];
        float[] row = [0.5f, 0.5f, MathF.Log(2), 0, 0.9f, 0.1f, 0.8f];
        row.CopyTo(values, (64 + (1 * 4) + 2) * 7);
        Same(new(1, 0.72f, new(24, 16, 32, 16)), Decode("yolox", classes: 2, [new("output", [1, 84, 7], values)]));
    }

    [Fact]
    public void Decodes_a_yolox_row_of_the_fourth_grid()
    {
        var values = new float[85 * 6];
        float[] row = [0.5f, 0.25f, 0, MathF.Log(0.5f), 1, 0.5f];
        row.CopyTo(values, 84 * 6);
        Same(new(0, 0.5f, new(0, 0, 64, 32)), Decode("yolox", classes: 1, [new("output", [1, 85, 6], values)]));
    }

    [Fact]
    public void Decodes_peaks_by_distances_from_the_centre_of_their_cell()
    {
        var (peaks, ltrb) = (new float[2 * 8 * 16], new float[4 * 8 * 16]);
        var cell = (3 * 16) + 5;
        peaks[128 + cell] = 0.6f;
        (ltrb[cell], ltrb[128 + cell], ltrb[256 + cell], ltrb[384 + cell]) = (1, 2, 3, 4);
        peaks[7] = float.NaN;
        Same(new(1, 0.6f, new(43, 26, 4, 6)), Decode("fleet", classes: 2, [new("ltrb", [1, 4, 8, 16], ltrb), new("peaks", [1, 2, 8, 16], peaks)], Input with { WidthPx = 128 }));
    }

    [Fact]
    public void Decodes_a_yolov5_row_as_it_stands()
    {
        var values = new float[252 * 7];
        float[] row = [30, 20, 10, 8, 0.5f, 0.9f, 0.8f];
        row.CopyTo(values, 100 * 7);
        Same(new(0, 0.45f, new(25, 16, 10, 8)), Decode("yolov5", classes: 2, [new("output", [1, 252, 7], values)]));
    }

    [Fact]
    public void Decodes_a_yolox_that_was_decoded_in_its_graph_as_yolov5()
    {
        var values = new float[84 * 6];
        float[] row = [30, 20, 10, 8, 0.5f, 0.9f];
        row.CopyTo(values, 10 * 6);
        Same(new(0, 0.45f, new(25, 16, 10, 8)), Decode("yolov5", classes: 1, [new("output", [1, 84, 6], values)]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decodes_a_yolov8_anchor_from_planes_and_from_rows(bool rows)
    {
        var values = new float[6 * 84];
        float[] anchor = [30, 20, 10, 8, 0.4f, 0.7f];
        for (var i = 0; i < anchor.Length; i++)
        {
            values[rows ? (50 * 6) + i : (i * 84) + 50] = anchor[i];
        }

        Same(new(1, 0.7f, new(25, 16, 10, 8)), Decode("yolov8", classes: 2, [new("output0", rows ? [1, 84, 6] : [1, 6, 84], values)]));
    }

    [Fact]
    public void Takes_boxes_that_a_yolov8_suppressed_itself()
    {
        float[] values = [4, 5, 24, 15, 0.9f, 1, 0, 0, 9, 9, 0.8f, 7, 1, 1, 2, 2, 0.1f, 0];
        // the second is of a class that the card does not have
        Same(new(1, 0.9f, new(4, 5, 20, 10)), Decode("yolov8", classes: 2, [new("output0", [1, 3, 6], values)]));
    }

    [Fact]
    public void Decodes_ssd_corners_as_fractions_and_passes_over_the_background()
    {
        float[] scores = [0.1f, 0.9f, 0.95f, 0.05f];
        float[] boxes = [0.25f, 0.5f, 0.5f, 0.75f, 0, 0, 1, 1];
        Same(new(0, 0.9f, new(16, 32, 16, 16)), Decode("ssd", classes: 1, [new("boxes", [1, 2, 4], boxes), new("scores", [1, 2, 2], scores)]));
    }

    [Fact]
    public void Decodes_ssd_scores_that_are_logits()
    {
        float[] scores = [0, MathF.Log(3)];
        Same(new(0, 0.75f, new(0, 0, 64, 64)), Decode("ssd", classes: 1, [new("scores", [1, 1, 2], scores), new("boxes", [1, 1, 4], [0, 0, 1, 1])], scores: "softmax"));
    }

    [Fact]
    public void Decodes_a_fastestdet_cell()
    {
        var values = new float[7 * 16];
        // cell (2, 1) of 4x4: tanh(0.5493) = 0.5, sigmoid(0) = 0.5, sigmoid(-1.0986) = 0.25
        float[] cell = [0.81f, 0.54930614f, 0, 0, -1.0986123f, 0.2f, 0.64f];
        for (var i = 0; i < cell.Length; i++)
        {
            values[(i * 16) + 6] = cell[i];
        }

        // 0.81^0.6 * 0.64^0.4 = 0.73714; the centre is at 2.5 and 1 of 4 cells
        Same(new(1, 0.73714f, new(24, 8, 32, 16)), Decode("fastestdet", classes: 2, [new("758", [1, 7, 4, 4], values)]));
    }

    [Theory]
    [InlineData(false, 4f)]
    [InlineData(true, 0f)]
    public void Decodes_a_nanodet_cell_by_the_mean_of_its_distances(bool plus, float middle)
    {
        // left, top, right, bottom: all weight on bin 1, 2, 3 and half each on 4 and 5
        var distances = new float[32];
        (distances[1], distances[8 + 2], distances[16 + 3], distances[24 + 4], distances[24 + 5]) = (90, 90, 90, 90, 90);
        float[] classes = [0.2f, 0.6f];
        // cell (3, 2) of 8x8 at stride 8
        var cell = (2 * 8) + 3;
        var (x, y) = (24 + middle, 16 + middle);
        Same(new(1, 0.6f, new(x - 8, y - 16, 32, 52)), Decode("nanodet", classes: 2, plus ? Plus() : Pairs()));

        List<HeadOutput> Plus()
        {
            var all = new float[85 * 34];
            classes.CopyTo(all, cell * 34);
            distances.CopyTo(all, (cell * 34) + 2);
            return [new("output", [1, 85, 34], all)];
        }

        List<HeadOutput> Pairs()
        {
            var (scores, sides) = (new float[64 * 2], new float[64 * 32]);
            classes.CopyTo(scores, cell * 2);
            distances.CopyTo(sides, cell * 32);
            return
            [
                new("c8", [1, 64, 2], scores), new("c16", [1, 16, 2], new float[32]), new("c32", [1, 4, 2], new float[8]),
                new("d8", [1, 64, 32], sides), new("d16", [1, 16, 32], new float[512]), new("d32", [1, 4, 32], new float[128]),
            ];
        }
    }

    [Fact]
    public void Decodes_a_centernet_peak_and_not_its_neighbour()
    {
        var (heat, size, offset) = (new float[2 * 256], new float[512], new float[512]);
        // cells of a 16x16 map, 4 px each; logits: sigmoid(1.0986) = 0.75
        Array.Fill(heat, -20);
        var cell = (5 * 16) + 6;
        (heat[256 + cell], heat[256 + cell + 1]) = (1.0986123f, 0.9f);
        Array.Fill(size, 1);
        (size[cell], size[256 + cell], offset[cell], offset[256 + cell]) = (3, 2, 0.25f, 0.5f);
        Same(
            new(1, 0.75f, new((6.25f - 1.5f) * 4, (5.5f - 1) * 4, 12, 8)),
            Decode("centernet", classes: 2, [new("reg", [1, 2, 16, 16], offset), new("hm", [1, 2, 16, 16], heat), new("wh", [1, 2, 16, 16], size)], scores: "sigmoid"));
    }

    [Fact]
    public void Decodes_a_yunet_cell_by_the_root_of_both_its_scores()
    {
        var outputs = new List<HeadOutput>();
        foreach (var (stride, count) in new[] { (8, 64), (16, 16), (32, 4) })
        {
            outputs.AddRange([new($"cls_{stride}", [1, count, 1], new float[count]), new($"obj_{stride}", [1, count, 1], new float[count]), new($"bbox_{stride}", [1, count, 4], new float[count * 4])]);
        }

        // cell (1, 2) of 4x4 at stride 16
        (outputs[3].Values[9], outputs[4].Values[9]) = (0.9f, 0.4f);
        float[] box = [0.5f, 0.25f, MathF.Log(2), 0];
        box.CopyTo(outputs[5].Values, 9 * 4);
        Same(new(0, 0.6f, new(8, 28, 32, 16)), Decode("yunet", classes: 1, outputs));
    }

    [Fact]
    public void Turns_logits_of_a_classifier_into_shares()
    {
        var found = Decode("classes", classes: 3, [new("fc", [1, 3], [0, MathF.Log(2), MathF.Log(7)])], scores: "softmax", floor: 0.15f);
        Assert.Equal([(1, 0.2f), (2, 0.7f)], found.Select(c => (c.Class, MathF.Round(c.Score, 4))));
        Assert.All(found, c => Assert.Equal(new Box(0, 0, 64, 64), c.Box));
    }

    [Fact]
    public void Joins_cells_that_touch_and_keeps_doubtful_ones_apart()
    {
        // 4x4 cells of 16 px: two that touch at a corner, one doubtful beside them, one doubtful alone
        float[] map =
        [
            0.9f, 0, 0, 0.2f,
            0, 0.6f, 0.3f, 0,
            0, 0, 0, 0,
            0.3f, 0, 0, 0,
        ];
        var found = Decode("heatmap", classes: 1, [new("map", [1, 1, 4, 4], map)], threshold: 0.5f);
        Assert.Equal([new(0, 0.9f, new(0, 0, 32, 32)), new(0, 0.3f, new(0, 48, 16, 16))], found);
    }

    [Fact]
    public void Reads_tiles_as_the_map_they_make()
    {
        var tiles = Input with { Layout = "tiles", TilePx = 16, Color = "gray" };
        var (scores, map) = (new float[16 * 2], new float[2 * 16]);
        foreach (var cell in new[] { 5, 6, 15 })
        {
            (scores[(cell * 2) + 1], map[16 + cell]) = (3, 3);
        }

        var asTiles = Decode("tiles", classes: 1, [new("y", [16, 2], scores)], tiles, "softmax", floor: 0.6f);
        var asMap = Decode("heatmap", classes: 1, [new("y", [1, 2, 4, 4], map)], Input, "softmax", floor: 0.6f);
        Assert.Equal(asMap, asTiles);
        Assert.Equal([new Box(16, 16, 32, 16), new Box(48, 48, 16, 16)], asTiles.Select(c => c.Box).Take(2));
    }

    [Fact]
    public void Leaves_out_what_is_no_box()
    {
        var values = new float[84 * 6];
        float[] row = [0, 0, float.NaN, 200, 1, 1];
        row.CopyTo(values, 0);
        Assert.Empty(Decode("yolox", classes: 1, [new("output", [1, 84, 6], values)]));
    }

    [Fact]
    public void Says_what_came_and_what_is_wanted_when_an_output_has_another_shape()
    {
        var refusal = Assert.Throws<ProblemException>(() => Decode("yolox", classes: 80, [new("output", [1, 100, 85], [])]));
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

    [Fact]
    public void Keeps_few_of_the_many_that_do_not_count()
    {
        List<Candidate> boxes = [.. Enumerable.Range(0, 40).Select(i => new Candidate(0, i < 30 ? 0.1f + (i / 1000f) : 0.8f, new(i * 20, 0, 10, 10)))];
        Suppression.Apply(boxes, maxIou: 0.5f, threshold: 0.5f, maxBelow: 3);
        Assert.Equal(10, boxes.Count(b => b.Score == 0.8f));
        Assert.Equal([0.129f, 0.128f, 0.127f], boxes.Where(b => b.Score < 0.5f).Select(b => MathF.Round(b.Score, 3)));
    }

    private static List<Candidate> Decode(string head, int classes, IReadOnlyList<HeadOutput> outputs, InputSpec? input = null, string? scores = null, float floor = 0.25f, float? threshold = null)
    {
        var found = new List<Candidate>();
        var decoder = Heads.Create(new(head, input ?? Input, classes, scores), outputs);
        long garbage = 0;
        for (var run = 0; run < 3; run++)
        {
            // what a decoder keeps must not reach into the next frame
            found.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            decoder.Decode(outputs, floor, threshold ?? floor, found);
            garbage = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, garbage);

        return found;
    }

    private static void Same(Candidate expected, IReadOnlyList<Candidate> found)
    {
        var only = Assert.Single(found);
        Assert.Equal(expected.Class, only.Class);
        Assert.Equal(expected.Score, only.Score, 0.0001f);
        Assert.Equal(expected.Box.X, only.Box.X, 0.001f);
        Assert.Equal(expected.Box.Y, only.Box.Y, 0.001f);
        Assert.Equal(expected.Box.Width, only.Box.Width, 0.001f);
        Assert.Equal(expected.Box.Height, only.Box.Height, 0.001f);
    }
}
