using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Fleet.Testing;
using Fleet.Twin.Scenes;
using Fleet.Vision;

namespace Fleet.Twin.Tests;

public sealed class CommandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Render_writes_pictures_and_coco_labels_that_fit_them()
    {
        using var folder = new TempFolder();
        var (code, _, error) = await RunAsync("render", "warehouse", "--frames", "3,8", "--seed", "4", "--out", folder.Path, "--preview");
        Assert.True(code == 0, error);

        using var labels = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder.Path, "labels.json"), Cancelled));
        var images = labels.RootElement.GetProperty("images").EnumerateArray().ToDictionary(i => i.GetProperty("id").GetInt32());
        Assert.Equal([3L, 8L], images.Values.Select(i => i.GetProperty("frame").GetInt64()));
        Assert.All(images.Values, i => Assert.True(File.Exists(Path.Combine(folder.Path, i.GetProperty("file_name").GetString()!))));
        Assert.Equal("box", labels.RootElement.GetProperty("categories")[0].GetProperty("name").GetString());
        foreach (var annotation in labels.RootElement.GetProperty("annotations").EnumerateArray())
        {
            var image = images[annotation.GetProperty("image_id").GetInt32()];
            var box = annotation.GetProperty("bbox").EnumerateArray().Select(v => v.GetSingle()).ToArray();
            Assert.True(box[0] >= 0 && box[0] + box[2] <= image.GetProperty("width").GetSingle());
            Assert.True(box[1] >= 0 && box[1] + box[3] <= image.GetProperty("height").GetSingle());
            Assert.Equal(0, annotation.GetProperty("iscrowd").GetInt32());
        }

        Assert.Equal(4, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public async Task Another_process_streams_the_same_bytes_in_the_agreed_format_and_ends_with_its_reader()
    {
        using var process = Start("stream", "warehouse-field", "--seed", "6", "--fps", "20", "--start", "40");
        var reader = await RawFrameReader.StartAsync(process.StandardOutput.BaseStream, Cancelled);
        var frame = new Frame(reader.WidthPx, reader.HeightPx, reader.Channels);
        using var twin = new TwinRenderer(Scene.Load("warehouse-field"), seed: 6);
        for (var index = 40L; index < 42; index++)
        {
            Assert.True(await reader.ReadAsync(frame, Cancelled));
            Assert.Equal(index, frame.Index);
            Assert.Equal(SHA256.HashData(twin.Render(index).Bgr), SHA256.HashData(frame.Span));
        }

        process.StandardOutput.Close();
        await process.WaitForExitAsync(Cancelled);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("", await process.StandardError.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task Truth_gives_the_annotations_of_the_frames_asked_for()
    {
        var (code, output, error) = await RunAsync("truth", "warehouse-field", "--seed", "6", "--frames", "41");
        Assert.True(code == 0, error);
        using var truth = JsonDocument.Parse(output);
        var frame = truth.RootElement.GetProperty("frames")[0];
        using var twin = new TwinRenderer(Scene.Load("warehouse-field"), seed: 6);
        Assert.Equal(41, frame.GetProperty("index").GetInt64());
        Assert.Equal(
            twin.Annotate(41).Select(a => a.Box.X),
            frame.GetProperty("annotations").EnumerateArray().Select(a => a.GetProperty("box").GetProperty("x").GetSingle()));
    }

    [Theory]
    [InlineData("render", "warehouse")]
    [InlineData("render", "warehouse", "--out", "x", "--cuont", "3")]
    [InlineData("truth", "warehouse", "--frames", "3,x")]
    [InlineData("check", "nowhere")]
    [InlineData("dance")]
    public async Task A_wrong_command_line_is_one_sentence_and_a_failure(params string[] words)
    {
        var (code, output, error) = await RunAsync(words);
        Assert.NotEqual(0, code);
        Assert.Equal("", output);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists("x"));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] words)
    {
        using var process = Start(words);
        var error = process.StandardError.ReadToEndAsync(Cancelled);
        var output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, output, await error);
    }

    private static Process Start(params string[] words)
    {
        var program = Repository.Program("synthetic-data/Fleet.Twin", "fleet-twin");
        return Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
