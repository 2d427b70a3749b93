using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Shared.Tests.Vision;

public sealed class PreprocessTests
{
    [Theory]
    [InlineData("letterbox", 640, 480)]
    [InlineData("letterbox", 101, 333)]
    [InlineData("letterbox-topleft", 1920, 1080)]
    [InlineData("stretch", 77, 900)]
    public void Maps_boxes_to_the_network_and_back(string fit, int widthPx, int heightPx)
    {
        var placement = Placement.Of(Spec("float32", "rgb") with { Fit = fit }, widthPx, heightPx);
        var box = new Box(widthPx / 4f, heightPx / 5f, widthPx / 3f, heightPx / 2f);
        var there = placement.ToModel(box);
        var back = placement.ToFrame(there);

        Assert.Equal(box.X, back.X, 0.01f);
        Assert.Equal(box.Y, back.Y, 0.01f);
        Assert.Equal(box.Width, back.Width, 0.01f);
        Assert.Equal(box.Height, back.Height, 0.01f);
        Assert.InRange(there.X + there.Width, 0, 64);
        Assert.InRange(there.Y + there.Height, 0, 64);
        Assert.Equal(new Box(0, 0, widthPx, heightPx), placement.ToFrame(new(-1000, -1000, 9000, 9000)));
    }

    [Fact]
    public void Puts_a_white_patch_where_the_placement_says()
    {
        var frame = new Frame(200, 100, channels: 3);
        var box = new Box(100, 40, 40, 20);
        Paint(frame, box, 255, 255, 255);
        var preprocess = new Preprocess(Spec("uint8", "gray") with { Pad = 9 });
        var tensor = new byte[preprocess.Length];
        var there = preprocess.Write(frame, tensor).ToModel(box);

        for (var y = 0; y < 64; y++)
        {
            for (var x = 0; x < 64; x++)
            {
                var inside = x + 0.5 > there.X && x + 0.5 < there.X + there.Width && y + 0.5 > there.Y && y + 0.5 < there.Y + there.Height;
                var expected = y is < 16 or >= 48 ? 9 : inside ? 255 : 0;
                Assert.InRange(tensor[(y * 64) + x], expected - 140, expected + 140);
                if (y is < 16 or >= 48)
                {
                    Assert.Equal(9, tensor[(y * 64) + x]);
                }
            }
        }
    }

    [Theory]
    [InlineData("rgb", new[] { 30f, 20f, 10f })]
    [InlineData("bgr", new[] { 10f, 20f, 30f })]
    [InlineData("gray", new[] { 22f })]
    public void Orders_planes_by_colour_and_normalises_them(string color, float[] planes)
    {
        var frame = new Frame(64, 64, channels: 3);
        Paint(frame, new(0, 0, 64, 64), 10, 20, 30);
        var mean = Enumerable.Repeat(1f, planes.Length).ToArray();
        var preprocess = new Preprocess(Spec("float32", color) with { Scale = 0.5f, Mean = mean, Std = [.. mean.Select(_ => 4f)] });
        var tensor = new float[preprocess.Length];
        preprocess.Write(frame, tensor);
        Assert.Equal(planes.Select(p => ((p * 0.5f) - 1) / 4), planes.Select((_, i) => tensor[(i * 64 * 64) + 77]));
    }

    [Theory]
    [InlineData(640, 480, 3)]
    [InlineData(37, 91, 3)]
    [InlineData(130, 20, 1)]
    public void Resizes_as_bilinear_interpolation_with_centred_pixels_does(int widthPx, int heightPx, int channels)
    {
        var frame = new Frame(widthPx, heightPx, channels);
        new Random(7).NextBytes(frame.Span);
        var preprocess = new Preprocess(Spec("uint8", "bgr") with { Fit = "stretch" });
        var tensor = new byte[preprocess.Length];
        preprocess.Write(frame, tensor);
        for (var plane = 0; plane < 3; plane++)
        {
            for (var i = 0; i < 64 * 64; i++)
            {
                var exact = Exact(frame, channels == 1 ? 0 : plane, ((i % 64) + 0.5) * widthPx / 64, ((i / 64) + 0.5) * heightPx / 64);
                Assert.InRange(tensor[(plane * 64 * 64) + i] - exact, -1.6, 1.6);
            }
        }
    }

    [Fact]
    public void Orders_axes_as_the_layout_says()
    {
        var frame = new Frame(64, 32, channels: 3);
        new Random(3).NextBytes(frame.Span);
        var planes = Tensor(Spec("uint8", "rgb"), frame);
        var pixels = Tensor(Spec("uint8", "rgb") with { Layout = "nhwc" }, frame);
        var tiles = Tensor(Spec("uint8", "rgb") with { Layout = "tiles", TilePx = 16 }, frame);
        for (var i = 0; i < planes.Length; i++)
        {
            var (plane, y, x) = (i / 4096, i / 64 % 64, i % 64);
            Assert.Equal(planes[i], pixels[(((y * 64) + x) * 3) + plane]);
            Assert.Equal(planes[i], tiles[(((((y / 16 * 4) + (x / 16)) * 3) + plane) * 256) + (y % 16 * 16) + (x % 16)]);
        }

        Assert.Equal(114, planes[0]);
        Assert.Equal(frame.Pixels[2], planes[16 * 64]);
    }

    [Fact]
    public void Makes_halves_of_the_values_it_makes_as_floats()
    {
        var frame = new Frame(50, 64, channels: 1);
        new Random(4).NextBytes(frame.Span);
        var spec = Spec("float32", "rgb") with { Scale = 1 / 255f, Mean = [0.5f, 0.4f, 0.3f], Std = [0.2f, 0.3f, 0.4f] };
        var floats = new float[3 * 64 * 64];
        var halves = new Half[floats.Length];
        new Preprocess(spec).Write(frame, floats);
        new Preprocess(spec with { Element = "float16" }).Write(frame, halves);
        Assert.Equal(floats.Select(f => (Half)f), halves);
    }

    [Theory]
    [InlineData("float64", "rgb", "letterbox")]
    [InlineData("uint8", "yuv", "letterbox")]
    [InlineData("uint8", "rgb", "crop")]
    public void Refuses_an_input_it_cannot_make(string element, string color, string fit)
    {
        var refusal = Assert.Throws<ProblemException>(() => new Preprocess(Spec(element, color) with { Fit = fit }));
        Assert.Equal(Problems.ModelHead, refusal.Kind);
        Assert.Contains("wanted", refusal.Message, StringComparison.Ordinal);
    }

    private static InputSpec Spec(string element, string color) => new("images", 64, 64, element, color, 1, [], [], "letterbox", 114);

    private static byte[] Tensor(InputSpec spec, Frame frame)
    {
        var tensor = new byte[3 * 64 * 64];
        new Preprocess(spec).Write(frame, tensor);
        return tensor;
    }

    private static void Paint(Frame frame, Box box, byte blue, byte green, byte red)
    {
        for (var y = (int)box.Y; y < box.Y + box.Height; y++)
        {
            for (var x = (int)box.X; x < box.X + box.Width; x++)
            {
                (frame.Pixels[((y * frame.WidthPx) + x) * 3], frame.Pixels[(((y * frame.WidthPx) + x) * 3) + 1], frame.Pixels[(((y * frame.WidthPx) + x) * 3) + 2]) = (blue, green, red);
            }
        }
    }

    private static double Exact(Frame frame, int channel, double x, double y)
    {
        (x, y) = (Math.Clamp(x - 0.5, 0, frame.WidthPx - 1), Math.Clamp(y - 0.5, 0, frame.HeightPx - 1));
        double At(int column, int row) => frame.Pixels[(((Math.Min(row, frame.HeightPx - 1) * frame.WidthPx) + Math.Min(column, frame.WidthPx - 1)) * frame.Channels) + channel];
        var (left, top) = ((int)x, (int)y);
        var upper = At(left, top) + ((At(left + 1, top) - At(left, top)) * (x - left));
        var lower = At(left, top + 1) + ((At(left + 1, top + 1) - At(left, top + 1)) * (x - left));
        return upper + ((lower - upper) * (y - top));
    }
}
