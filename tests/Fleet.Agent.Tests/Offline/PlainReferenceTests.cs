using System.Globalization;
using System.Text.Json;
using Fleet.Agent.Offline;
using Fleet.Contracts;
using Fleet.Testing;
using OpenCvSharp;

namespace Fleet.Agent.Tests.Offline;

/// <summary>The agent's pipeline against a plain reference, frame by frame. <c>FLEET_YOLOX=MODEL.onnx:VIDEO</c> adds a real network and a real video to the one that is made here.</summary>
public sealed class PlainReferenceTests : IDisposable
{
    private const float Threshold = 0.1f;
    private const float NmsIou = 0.5f;
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, int, int> Cases()
    {
        var cases = new TheoryData<string, string, int, int> { { "", "", TinyYolox.SidePx, TinyYolox.Classes } };
        if (Environment.GetEnvironmentVariable("FLEET_YOLOX")?.Split(':') is [var model, var video])
        {
            cases.Add(model, video, 416, 80);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Finds_what_a_plain_loop_over_the_same_frames_finds(string model, string video, int sidePx, int classes)
    {
        (model, video) = model.Length > 0 ? (model, video) : (_folder.At("model.onnx"), _folder.At("frames"));
        Prepare();

        var ours = await OursAsync(model, video);
        var theirs = Theirs(model, video, sidePx, classes);

        Assert.True(theirs.Count > 50);
        // the one resizes in 8-bit weights, the other in 11-bit ones: what lies at the threshold may come and go
        var certain = theirs.Where(t => t.Score > Threshold + 0.02f).ToList();
        var missing = certain.Where(t => !ours.Any(o => Same(o, t))).ToList();
        var extra = ours.Where(o => o.Score > Threshold + 0.02f && !theirs.Any(t => Same(o, t))).ToList();
        TestContext.Current.SendDiagnosticMessage($"{Path.GetFileName(video)}: {certain.Count} of theirs, {missing.Count} missing, {extra.Count} extra");
        Assert.InRange((missing.Count + extra.Count) / (double)certain.Count, 0, 0.01);
    }

    public void Dispose() => _folder.Dispose();

    private static bool Same((long Frame, int Label, float Score, Box Box) a, (long Frame, int Label, float Score, Box Box) b) =>
        a.Frame == b.Frame && a.Label == b.Label && Math.Abs(a.Score - b.Score) < 0.02f && PlainYolox.Overlap(a.Box, b.Box) > 0.9f;

    // soft shapes of all sizes; a frame is wider than high, so that it is padded
    private void Prepare()
    {
        File.WriteAllBytes(_folder.At("model.onnx"), TinyYolox.Make(seed: 5));
        Directory.CreateDirectory(_folder.At("frames"));
        var chance = new Random(9);
        for (var i = 0; i < 6; i++)
        {
            using var picture = new Mat(270, 360, MatType.CV_8UC3, Scalar.Black);
            for (var shape = 0; shape < 60; shape++)
            {
                Cv2.Circle(picture, chance.Next(360), chance.Next(270), chance.Next(4, 60), new Scalar(chance.Next(256), chance.Next(256), chance.Next(256)), thickness: -1);
            }

            using var soft = picture.GaussianBlur(new Size(5, 5), 0);
            soft.ImWrite(_folder.At("frames", $"{i}.png"));
        }
    }

    private async Task<List<(long Frame, int Label, float Score, Box Box)>> OursAsync(string model, string camera)
    {
        string[] asked =
        [
            "--model", model, "--camera", camera, "--out", _folder.At("out.json"), "--head", "yolox",
            "--threshold", Threshold.ToString(CultureInfo.InvariantCulture), "--nms", NmsIou.ToString(CultureInfo.InvariantCulture),
        ];
        Assert.Equal(0, await InferCommand.RunAsync(asked, TextWriter.Null, Cancel));
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(_folder.At("out.json"), Cancel));
        return
        [
            .. json.RootElement.EnumerateArray().Select(r =>
            {
                float[] box = [.. r.GetProperty("bbox").EnumerateArray().Select(v => v.GetSingle())];
                return (r.GetProperty("image_id").GetInt64(), r.GetProperty("category_id").GetInt32() - 1, r.GetProperty("score").GetSingle(), new Box(box[0], box[1], box[2], box[3]));
            }),
        ];
    }

    private static List<(long Frame, int Label, float Score, Box Box)> Theirs(string model, string camera, int sidePx, int classes)
    {
        using var plain = new PlainYolox(model, sidePx, classes);
        var found = new List<(long, int, float, Box)>();
        long frame = 0;
        foreach (var picture in Pictures(camera))
        {
            found.AddRange(plain.Detect(picture, Threshold, NmsIou).Select(d => (frame, d.Label, d.Score, d.Box)));
            frame++;
            picture.Dispose();
        }

        return found;
    }

    private static IEnumerable<Mat> Pictures(string camera)
    {
        if (Directory.Exists(camera))
        {
            foreach (var file in Directory.EnumerateFiles(camera).Order(StringComparer.Ordinal))
            {
                yield return Cv2.ImRead(file);
            }

            yield break;
        }

        using var video = new VideoCapture(camera);
        for (var picture = new Mat(); video.Read(picture) && !picture.Empty(); picture = new Mat())
        {
            yield return picture;
        }
    }
}
