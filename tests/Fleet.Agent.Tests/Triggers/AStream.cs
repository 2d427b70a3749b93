using Fleet.Agent.Outbox;
using Fleet.Agent.State;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Triggers;

/// <summary>Frames of one camera on their way through its triggers.</summary>
internal sealed class AStream(DevicePolicy policy, FakeTimeProvider time, SampleTriggers? triggers = null)
{
    private readonly FrameEmbedding _embedder = new();
    private long _frame;

    public SampleTriggers Triggers { get; } = triggers ?? new(A.Device, A.Camera, time);

    public DevicePolicy Policy { get; set; } = policy;

    /// <summary>Bytes of each frame's JPEG, all of them its own.</summary>
    public int JpegBytes { get; set; } = sizeof(long);

    /// <summary>Shows a frame; pictures of different scenes have nothing in common.</summary>
    public void Show(int scene, IReadOnlyList<Detection> found, IReadOnlyList<Detection>? doubtful = null, int flickers = 0, byte noise = 0)
    {
        var frame = Picture(scene, noise);
        frame.Index = _frame++;
        Triggers.Arrive(frame.Index, Policy);
        var embedding = new sbyte[FrameEmbedding.Length];
        _embedder.Write(frame, embedding);
        var facts = Triggers.Look(frame, embedding, found, doubtful ?? [], Policy) with { Flickers = flickers };
        if (Triggers.Wants(facts, embedding, Policy))
        {
            var jpeg = new byte[JpegBytes];
            BitConverter.TryWriteBytes(jpeg, frame.Index ^ ((long)scene << 32));
            jpeg[^1] = (byte)Triggers.Camera.ToString()[^1];
            Triggers.Add(facts, new WaitingSample(A.Message(jpeg, 0) with { Camera = Triggers.Camera, Frame = frame.Index, Detections = [.. found, .. doubtful ?? []] }, jpeg));
        }
    }

    /// <summary>What is kept when the pool is at its end, and what that followed from.</summary>
    public (IReadOnlyList<FrameMessage> Kept, PoolRecord? Record) End(long limitBytes = long.MaxValue)
    {
        var end = Triggers.End(limitBytes, Policy, isLast: true);
        return ([.. end?.Chosen.Select(c => c.Sample.Frame) ?? []], end?.Record);
    }

    /// <summary>A picture of random rectangles, the same for the same number.</summary>
    public static Frame Picture(int scene, byte noise = 0)
    {
        var random = new Random(scene);
        var frame = new Frame(96, 72, 3);
        for (var i = 0; i < 12; i++)
        {
            var (left, top, grey) = (random.Next(80), random.Next(60), (byte)random.Next(40, 250));
            for (var y = top; y < Math.Min(72, top + 20); y++)
            {
                frame.Span.Slice(((y * 96) + left) * 3, Math.Min(96 - left, 24) * 3).Fill(grey);
            }
        }

        frame.Pixels[0] = noise;
        return frame;
    }
}
