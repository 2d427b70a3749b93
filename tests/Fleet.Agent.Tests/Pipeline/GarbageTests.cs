using Fleet.Agent.Drift;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Tests.Whole;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Testing;
using Fleet.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Agent.Tests.Pipeline;

/// <summary>What a frame leaves for the collector, from the decoded picture to the sinks. Years of uptime are many frames.</summary>
public sealed class GarbageTests : IDisposable
{
    private const int Frames = 300;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_frame_of_a_scene_that_does_not_change_leaves_next_to_nothing(int objects)
    {
        File.WriteAllBytes(_folder.At("tiny.onnx"), TinyModel.Make(1));
        var detector = Detector.Load(_folder.At("tiny.onnx"), TinyModel.Card, new InferenceOptions());
        using var pipeline = Pipeline(new Engine(A.V1, Digest.Of([1]), frame => new Sight(detector.Detect(frame), detector.Doubtful, detector.InferenceMs), detector.Dispose));
        var frame = Agent.Cameras.Pictures.Decode(TestAgent.Squares(objects));
        Look(pipeline, frame);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Look(pipeline, frame);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Frames;

        // what is found is handed on: a list, and each detection in it
        Assert.True(bytes <= 128 + (128 * objects), $"{bytes} bytes a frame");
        Assert.Equal(2 * Frames, pipeline.Counters.Read().Sum(c => c.Completed));
    }

    private static void Look(CameraPipeline pipeline, Frame frame)
    {
        for (var i = 0; i < Frames; i++)
        {
            frame.Index++;
            frame.CapturedAt += TimeSpan.FromMilliseconds(100);
            pipeline.Look(frame);
        }
    }

    private static CameraPipeline Pipeline(Engine engine)
    {
        var policy = new DevicePolicy { RandomShare = 0, PreviewSeconds = 0, Gather = new GatherPolicy { NovelWeight = 0 } };
        var outlets = new FrameOutlets(_ => { }, _ => { }, () => policy);
        var camera = new DesiredCamera(A.Camera, "/dev/video0", Version: null, Fps: null, Loop: true);
        var sinks = new FrameSinks(camera, outlets, new SampleTriggers(A.Device, A.Camera, TimeProvider.System), new(A.Device, new DeviceLoad(TimeProvider.System), new DriftWatch(A.Camera, TimeProvider.System), TimeProvider.System), TimeProvider.System);
        var pipeline = new CameraPipeline(A.Camera, new FrameCounters(A.Camera, TimeProvider.System), new FramePool(), sinks, TimeProvider.System, NullLogger.Instance);
        pipeline.Switch(engine);
        return pipeline;
    }
}
