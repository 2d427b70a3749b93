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
    public async Task Several_renderers_write_what_one_writes_and_masks_fill_their_boxes()
    {
        using var one = new TempFolder();
        using var three = new TempFolder();
        foreach (var (folder, renderers) in new[] { (one, "1"), (three, "3") })
        {
            var (code, _, error) = await RunAsync("render", "shelf", "--count", "4", "--seed", "4", "--out", folder.Path, "--masks", "--renderers", renderers);
            Assert.True(code == 0, error);
        }

        foreach (var path in Directory.GetFiles(one.Path))
        {
            Assert.Equal(await File.ReadAllBytesAsync(path, Cancelled), await File.ReadAllBytesAsync(Path.Combine(three.Path, Path.GetFileName(path)), Cancelled));
        }

        using var labels = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(one.Path, "labels.json"), Cancelled));
        Assert.Equal("modal", labels.RootElement.GetProperty("info").GetProperty("box_policy").GetString());
        var annotations = labels.RootElement.GetProperty("annotations").EnumerateArray().ToList();
        Assert.NotEmpty(annotations);
        foreach (var annotation in annotations)
        {
            var box = Numbers(annotation, "bbox");
            var (left, top, right, bottom, area) = Extent(annotation.GetProperty("segmentation"));
            Assert.Equal<double[]>(box, [left, top, right - left, bottom - top]);
            Assert.Equal(annotation.GetProperty("area").GetDouble(), area);
        }
    }

    [Fact]
    public async Task Amodal_boxes_hold_the_visible_ones_and_the_file_says_which_it_has()
    {
        using var folder = new TempFolder();
        var (code, _, error) = await RunAsync("render", "shelf", "--count", "6", "--seed", "4", "--out", folder.Path, "--boxes", "amodal");
        Assert.True(code == 0, error);
        using var labels = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder.Path, "labels.json"), Cancelled));
        Assert.Equal("amodal", labels.RootElement.GetProperty("info").GetProperty("box_policy").GetString());
        using var twin = new TwinRenderer(Scene.Load("shelf"), seed: 4);
        var modal = Enumerable.Range(0, 6).SelectMany(i => twin.Annotate(i)).ToList();
        var amodal = labels.RootElement.GetProperty("annotations").EnumerateArray().ToList();
        Assert.Equal(modal.Count, amodal.Count);
        foreach (var (seen, written) in modal.Zip(amodal))
        {
            var box = Numbers(written, "bbox");
            Assert.True(box[0] <= seen.Box.X + 1.5 && box[1] <= seen.Box.Y + 1.5, $"{seen.Label} {seen.Box} is not inside {string.Join(' ', box)}");
            Assert.True(box[0] + box[2] >= seen.Box.X + seen.Box.Width - 1.5 && box[1] + box[3] >= seen.Box.Y + seen.Box.Height - 1.5);
            Assert.InRange(written.GetProperty("depth_m").GetDouble(), 0.04, 30);
            Assert.Equal(seen.Truncated ? 1 : 0, written.GetProperty("truncated").GetInt32());
        }

        Assert.Contains(modal, a => a.Truncated);
        Assert.Contains(modal, a => !a.Truncated);
        Assert.Contains(modal, a => a.AmodalBox!.Value.Width * a.AmodalBox.Value.Height > 1.3f * a.Box.Width * a.Box.Height);
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

    private static double[] Numbers(JsonElement of, string name) => [.. of.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];

    /// <summary>Unpacks a mask by the book: five bits a letter, differences to the run before the last, down the columns.</summary>
    private static (double Left, double Top, double Right, double Bottom, double Area) Extent(JsonElement mask)
    {
        var height = mask.GetProperty("size")[0].GetInt32();
        var text = mask.GetProperty("counts").GetString()!;
        var runs = new List<long>();
        for (var at = 0; at < text.Length;)
        {
            long value = 0;
            int shift = 0, letter;
            do
            {
                letter = text[at++] - 48;
                value |= (long)(letter & 0x1F) << shift;
                shift += 5;
            }
            while ((letter & 0x20) != 0);
            value |= (letter & 0x10) != 0 ? -1L << shift : 0;
            runs.Add(runs.Count > 2 ? value + runs[^2] : value);
        }

        double left = double.MaxValue, top = double.MaxValue, right = 0, bottom = 0, area = 0;
        long pixel = 0;
        for (var run = 0; run < runs.Count; pixel += runs[run++])
        {
            for (var i = pixel; run % 2 == 1 && i < pixel + runs[run]; i++)
            {
                double x = i / height, y = i % height;
                (left, right, top, bottom, area) = (Math.Min(left, x), Math.Max(right, x + 1), Math.Min(top, y), Math.Max(bottom, y + 1), area + 1);
            }
        }

        return (left, top, right, bottom, area);
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
