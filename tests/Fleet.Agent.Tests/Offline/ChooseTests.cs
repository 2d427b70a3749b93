using System.Text.Json;
using Fleet.Agent.Offline;
using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Testing;
using OpenCvSharp;

namespace Fleet.Agent.Tests.Offline;

/// <summary>A recording of a still, empty place in which few frames are worth anything.</summary>
public sealed class ChooseTests : IDisposable
{
    private const int Frames = 30;
    private const int Odd = 17;
    private readonly TempFolder _folder = new();

    public ChooseTests()
    {
        // a score of 0.35 lies in the middle of the doubtful band
        File.WriteAllBytes(_folder.At("model.onnx"), TinyModel.Make(0.35f));
        File.WriteAllText(_folder.At("classes.txt"), "box\n");
        Directory.CreateDirectory(_folder.At("frames"));
        for (var i = 0; i < Frames; i++)
        {
            using var picture = new Mat(96, 128, MatType.CV_8UC3, Scalar.Black);
            if (i == Odd)
            {
                Cv2.Rectangle(picture, new Rect(16, 12, 16, 12), Scalar.White, thickness: -1);
            }

            picture.ImWrite(_folder.At("frames", $"{i:D2}.png"));
        }
    }

    [Fact]
    public async Task Keeps_the_frame_that_is_in_doubt_and_says_why()
    {
        var said = await ChooseAsync("--keep", "8");

        var kept = Kept();
        Assert.Contains(kept, k => k.Frame == Odd && k.Reasons.Contains(TriggerNames.Uncertain));
        Assert.Contains($"frame {Odd}  ", said, StringComparison.Ordinal);
        // chance has its place beside it
        Assert.Equal(1, kept.Count(k => k.Trigger == TriggerNames.Random));
        Assert.True(kept.Count <= 8, "More was kept than asked for.");
        Assert.Equal(Frames, Report().GetProperty("judged").GetArrayLength());
    }

    [Fact]
    public async Task Chooses_by_the_policy_that_is_given()
    {
        await File.WriteAllTextAsync(_folder.At("policy.json"), """{ "gather": { "uncertainWeight": 0, "flickerWeight": 0, "novelWeight": 0, "countWeight": 0 } }""", TestContext.Current.CancellationToken);

        await ChooseAsync("--keep", "8", "--policy", _folder.At("policy.json"));

        Assert.All(Kept(), k => Assert.Equal(TriggerNames.Random, k.Trigger));
    }

    [Fact]
    public async Task A_picture_that_was_kept_before_is_not_novel()
    {
        await ChooseAsync("--keep", "8", "--memory", _folder.At("kept"));
        Assert.Contains(Kept(), k => k.Reasons.Contains(TriggerNames.Novel));

        await ChooseAsync("--keep", "8", "--memory", _folder.At("kept"));

        Assert.DoesNotContain(Kept(), k => k.Reasons.Contains(TriggerNames.Novel));
    }

    [Theory]
    [InlineData(new[] { "--keep", "0" }, "--keep is 0")]
    [InlineData(new[] { "--keep", "x" }, "--keep x is not understood")]
    [InlineData(new string[0], "--keep is missing")]
    [InlineData(new[] { "--keep", "3", "--policy", "none.json" }, "The policy none.json cannot be read")]
    [InlineData(new[] { "--keep", "3", "--draw", "d" }, "--draw belongs to fleet infer")]
    public async Task Says_what_is_wrong_with_an_option(string[] options, string sentence)
    {
        var refusal = await Assert.ThrowsAsync<UsageException>(() => ChooseAsync(options));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("kept.json")));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> ChooseAsync(params string[] options)
    {
        using var output = new StringWriter();
        string[] usual =
        [
            "--model", _folder.At("model.onnx"), "--camera", _folder.At("frames"), "--out", _folder.At("kept.json"), "--classes", _folder.At("classes.txt"),
            "--fit", "stretch", "--scale", "1/255", "--nms", "0.3",
        ];
        Assert.Equal(0, await ChooseCommand.RunAsync([.. usual, .. options], output, TestContext.Current.CancellationToken));
        return output.ToString();
    }

    private JsonElement Report()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.At("kept.json")));
        return json.RootElement.Clone();
    }

    private List<(long Frame, string Trigger, List<string> Reasons)> Kept() =>
    [
        .. Report().GetProperty("kept").EnumerateArray().Select(k => (
            k.GetProperty("frame").GetInt64(), k.GetProperty("trigger").GetString()!, k.GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("trigger").GetString()!).ToList())),
    ];
}
