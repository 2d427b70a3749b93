using Fleet.Agent.Engines;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Testing;
using Fleet.Vision;

namespace Fleet.Agent.Tests.Pipeline;

public sealed class BatcherTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1000)]
    [InlineData(4, 0)]
    public async Task Frames_of_several_cameras_come_back_to_their_own_camera_whether_batches_pay_or_not(int cameras, int apart)
    {
        var batcher = new Batcher(() => Open(EngineOptions.MaxBatch), apart, () => 1000, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(1, cameras).Select(camera => Task.Run(() =>
        {
            using var own = Open(pictures: 1);
            var seat = batcher.Join(own);
            var picture = Agent.Cameras.Pictures.Decode(TestAgent.Squares(camera));
            for (var i = 0; i < 400; i++)
            {
                Assert.Equal(camera, batcher.Look(seat, picture).Detections.Count);
            }

            batcher.Leave(seat);
        })));

        Assert.NotEqual(apart > 0 ? BatchMode.Batching : BatchMode.Apart, batcher.Mode);
    }

    [Fact]
    public void Several_frames_of_different_sizes_in_one_run_give_what_each_gives_alone()
    {
        using var detector = Open(pictures: 4);
        Frame[] frames = [.. Enumerable.Range(0, 3).Select(i => Agent.Cameras.Pictures.Decode(TestAgent.Squares(i * 2))), new Frame(128, 96, channels: 1)];
        var alone = frames.Select(f => detector.Detect(f).ToList()).ToList();

        var together = new Found[4];
        detector.Detect(frames, together);

        Assert.Equal([0, 2, 4, 0], together.Select(f => f.Detections.Count));
        Assert.Equal(alone, together.Select(f => f.Detections.ToList()));
    }

    [Fact]
    public void A_failing_run_fails_the_frame_and_the_next_one_is_looked_at()
    {
        var batcher = new Batcher(() => Open(EngineOptions.MaxBatch), apart: 1, () => 1000, TimeProvider.System);
        using var own = Open(pictures: 1);
        var (seat, _) = (batcher.Join(own), batcher.Join(own));

        Assert.Throws<ProblemException>(() => batcher.Look(seat, null!));
        Assert.Equal(2, batcher.Look(seat, Agent.Cameras.Pictures.Decode(TestAgent.Squares(2))).Detections.Count);
    }

    private Detector Open(int pictures)
    {
        var path = _folder.At("tiny.onnx");
        lock (_folder)
        {
            if (!File.Exists(path))
            {
                File.WriteAllBytes(path, TinyModel.Make(1, batch: "N"));
            }
        }

        return Detector.Load(path, TinyModel.Card, new InferenceOptions { MaxBatch = EngineOptions.MaxBatch, Pictures = pictures });
    }
}
