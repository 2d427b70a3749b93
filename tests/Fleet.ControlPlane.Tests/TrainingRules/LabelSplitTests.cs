using Fleet.Contracts;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.TrainingRules;

namespace Fleet.ControlPlane.Tests.TrainingRules;

public sealed class LabelSplitTests
{
    private static readonly TimeSpan Block = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Never_puts_neighbours_of_a_camera_on_both_sides()
    {
        var (learnt, heldOut) = LabelSplit.Of(Frames(cameras: 4, minutes: 600), 20, Block);

        var blocks = heldOut.Select(BlockOf).ToHashSet();
        Assert.DoesNotContain(learnt, f => blocks.Contains(BlockOf(f)));
        Assert.InRange(heldOut.Count / 2400.0, 0.12, 0.28);
    }

    [Fact]
    public void Keeps_a_frame_on_its_side_when_others_come()
    {
        var few = Frames(cameras: 1, minutes: 120).ToList();
        var (learntBefore, _) = LabelSplit.Of(few, 20, Block);

        var (_, heldOutAfter) = LabelSplit.Of(Frames(cameras: 5, minutes: 600), 20, Block);

        Assert.Empty(learntBefore.Select(f => f.Digest).Intersect(heldOutAfter.Select(f => f.Digest)));
    }

    private static IEnumerable<LabelledFrame> Frames(int cameras, int minutes) =>
        from camera in Enumerable.Range(0, cameras)
        from minute in Enumerable.Range(0, minutes)
        select new LabelledFrame(
            new SnapshotFrame(Digest.Of(BitConverter.GetBytes((camera * 100_000) + minute)), 640, minute, DeviceId.Parse("d"), CameraId.Parse($"cam-{camera}"), []),
            Start.AddMinutes(minute));

    private static (CameraId Camera, int Block) BlockOf(SnapshotFrame frame) => (frame.Camera, frame.HeightPx / 10);
}
