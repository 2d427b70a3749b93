using System.Text.Json;
using Fleet.Agent.Offline;
using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Testing;
using OpenCvSharp;

namespace Fleet.Agent.Tests.Offline;

public sealed class InferTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_boxes_of_each_frame_in_its_own_pixels_with_times_and_pictures()
    {
        Model(gain: 0.8f);
        // the network sees 64x64: a frame of 128x96 is twice as wide and one and a half as high
        Picture("a.png", new Rect(16, 12, 16, 12));
        Picture("b.png", new Rect(0, 0, 0, 0));
        Picture("c.png", new Rect(96, 60, 16, 12));

        var said = await InferAsync("--draw", _folder.At("drawn"));

        Assert.Equal([(0L, 1, 0.8), (2L, 1, 0.8)], Results().Select(r => (r.Frame, r.Category, Math.Round(r.Score, 3))));
        Assert.Equal([[16, 12, 16, 12], [96, 60, 16, 12]], Results().Select(r => r.Box));
        Assert.Contains("found    2 at 0.3 or more: box 2", said, StringComparison.Ordinal);
        Assert.Equal(["000000.jpg", "000001.jpg", "000002.jpg"], Directory.GetFiles(_folder.At("drawn")).Select(Path.GetFileName).Order());
        using var timing = JsonDocument.Parse(await File.ReadAllBytesAsync(_folder.At("out.json.timing.json"), Cancel));
        Assert.Equal(3, timing.RootElement.GetProperty("timing").GetProperty("frames").GetInt64());
        Assert.Equal("box", timing.RootElement.GetProperty("categories")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Weak_boxes_are_results_too_unless_a_threshold_is_named()
    {
        Model(gain: 0.2f);
        Picture("a.png", new Rect(16, 12, 16, 12));

        Assert.Contains("found    0 at 0.3", await InferAsync(), StringComparison.Ordinal);
        Assert.Equal(0.2, Assert.Single(Results()).Score, 3);
        await InferAsync("--threshold", "0.25");
        Assert.Empty(Results());
    }

    [Fact]
    public async Task Objects_are_followed_by_the_time_of_the_file()
    {
        Model(gain: 0.8f);
        for (var i = 0; i < 5; i++)
        {
            Picture($"{i}.png", new Rect(16, 12, 16, 12));
        }

        Assert.Contains("; 1 objects followed", await InferAsync(), StringComparison.Ordinal);
        using var results = JsonDocument.Parse(await File.ReadAllBytesAsync(_folder.At("out.json"), Cancel));
        var numbers = results.RootElement.EnumerateArray().Select(r => r.TryGetProperty("track_id", out var track) ? track.GetInt64() : 0);
        Assert.Equal([0, 1, 1, 1, 1], numbers);
    }

    [Fact]
    public async Task Stops_at_the_number_of_frames_that_was_asked_for()
    {
        Model(gain: 0.8f);
        for (var i = 0; i < 9; i++)
        {
            Picture($"{i}.png", new Rect(16, 12, 16, 12));
        }

        await InferAsync("--frames", "4");

        Assert.Equal([0, 1, 2, 3], Results().Select(r => r.Frame));
    }

    [Fact]
    public async Task What_is_said_about_the_input_reaches_the_network()
    {
        Model(gain: 0.8f);
        Picture("a.png", new Rect(16, 12, 16, 12));

        await InferAsync("--scale", "1/510");

        Assert.Equal(0.4, Assert.Single(Results()).Score, 3);
    }

    [Theory]
    [InlineData(new[] { "--head", "yolox" }, "looks like head 'fleet'")]
    [InlineData(new[] { "--size", "65x64" }, "[1,3,64,65]")]
    [InlineData(new[] { "--camera", "nowhere.mp4" }, "no file or folder nowhere.mp4")]
    public async Task Refuses_in_a_sentence_and_leaves_nothing_behind(string[] options, string sentence)
    {
        Model(gain: 0.8f);
        Picture("a.png", new Rect(0, 0, 0, 0));

        var refusal = await Assert.ThrowsAsync<ProblemException>(() => InferAsync(options));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "out*"));
    }

    [Theory]
    [InlineData("--model", "boxes@3", "./fleet infer downloads it")]
    [InlineData("--classes", "none.txt", "class list none.txt cannot be read")]
    [InlineData("--mean", "1;2", "--mean 1;2 is not understood")]
    [InlineData("--thresold", "0.5", "'--thresold' is not understood")]
    public async Task Says_what_is_wrong_with_an_option(string option, string value, string sentence)
    {
        Model(gain: 0.8f);
        Picture("a.png", new Rect(0, 0, 0, 0));

        var refusal = await Assert.ThrowsAsync<UsageException>(() => InferAsync(option, value));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Model(float gain)
    {
        File.WriteAllBytes(_folder.At("model.onnx"), TinyModel.Make(gain));
        File.WriteAllText(_folder.At("classes.txt"), "box\n");
    }

    // black, with a white patch
    private void Picture(string name, Rect patch)
    {
        Directory.CreateDirectory(_folder.At("frames"));
        using var picture = new Mat(96, 128, MatType.CV_8UC3, Scalar.Black);
        if (patch.Width > 0)
        {
            Cv2.Rectangle(picture, patch, Scalar.White, thickness: -1);
        }

        picture.ImWrite(_folder.At("frames", name));
    }

    private async Task<string> InferAsync(params string[] options)
    {
        using var output = new StringWriter();
        string[] usual =
        [
            "--model", _folder.At("model.onnx"), "--camera", _folder.At("frames"), "--out", _folder.At("out.json"), "--classes", _folder.At("classes.txt"),
            "--fit", "stretch", "--scale", "1/255", "--nms", "0.3",
        ];
        Assert.Equal(0, await InferCommand.RunAsync([.. usual, .. options], output, Cancel));
        return output.ToString();
    }

    private List<(long Frame, int Category, double Score, double[] Box)> Results()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.At("out.json")));
        return
        [
            .. json.RootElement.EnumerateArray().Select(r => (
                r.GetProperty("image_id").GetInt64(), r.GetProperty("category_id").GetInt32(), r.GetProperty("score").GetDouble(),
                r.GetProperty("bbox").EnumerateArray().Select(v => v.GetDouble()).ToArray())),
        ];
    }
}
