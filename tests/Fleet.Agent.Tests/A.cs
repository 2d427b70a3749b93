using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Tests;

/// <summary>Test data.</summary>
internal static class A
{
    public static readonly CameraId Camera = CameraId.Parse("dock");
    public static readonly DeviceId Device = DeviceId.Parse("edge-1");
    public static readonly Installed V1 = Version(1);
    public static readonly Installed V2 = Version(2);

    public static Installed Version(int number)
    {
        var id = new VersionId(ModelName.Parse("boxes"), number);
        return new Installed(id, "fp32", [new TargetFile(Targets.Card(id), Digest.Of([(byte)number]), 1)]);
    }

    public static Frame Frame(long index = 0, int width = 64, int height = 64, byte value = 0)
    {
        var frame = new Frame(width, height, 3) { Index = index, CapturedAt = DateTimeOffset.UnixEpoch };
        frame.Span.Fill(value);
        return frame;
    }

    public static Detection Box(float score, float x = 10, string label = "box") => new(label, score, new Box(x, 10, 20, 20));

    public static FrameMessage Message(byte[] jpeg, double score) => new(
        Digest.Of(jpeg), Camera, "folder", V1.Version, 0, DateTimeOffset.UnixEpoch, 64, 64, [Box(0.4f)], "uncertain", score, 1);
}
