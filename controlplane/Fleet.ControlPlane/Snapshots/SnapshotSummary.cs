using Fleet.Contracts;

namespace Fleet.ControlPlane.Snapshots;

/// <summary>Counts what is in a snapshot.</summary>
internal static class SnapshotSummary
{
    /// <summary>More blocks than this are not drawn.</summary>
    public const int MostBlocks = 400;

    public static SnapshotDetail Of(OpenSnapshot open) => new(
        open.Snapshot,
        open.Split,
        Count(open.Frames),
        Count(open.Frames.Where(f => f.Frame.Label.Count == 0)),
        [.. Classes(open.Frames).OrderByDescending(c => c.Boxes.All).ThenBy(c => c.Name, StringComparer.Ordinal)],
        [.. Cameras(open).OrderByDescending(c => c.Frames.All).ThenBy(c => $"{c.Device}/{c.Camera}", StringComparer.Ordinal)],
        [.. open.Frames.Select(f => f.Trigger).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    private static IEnumerable<SnapshotClass> Classes(IReadOnlyList<OpenFrame> frames) =>
        from frame in frames
        from boxes in frame.Frame.Label.CountBy(b => b.Label)
        group (frame, boxes.Value) by boxes.Key into found
        select new SnapshotClass(found.Key, Count(found.Select(f => f.frame)), new PartCount(Sum(found, SnapshotPart.Learnt), Sum(found, SnapshotPart.HeldOut)));

    private static IEnumerable<SnapshotCamera> Cameras(OpenSnapshot open) =>
        from frame in open.Frames
        group frame by (frame.Frame.Device, frame.Frame.Camera) into camera
        select new SnapshotCamera(
            camera.Key.Device, camera.Key.Camera, Count(camera), Blocks([.. camera], open.Split), camera.Min(f => f.CapturedAt), camera.Max(f => f.CapturedAt));

    private static IReadOnlyList<SnapshotBlock> Blocks(IReadOnlyList<OpenFrame> frames, SnapshotSplit? split)
    {
        if (split is null)
        {
            return [];
        }

        var block = TimeSpan.FromMinutes(split.BlockMinutes).Ticks;
        var blocks = frames.Where(f => f.CapturedAt is not null).GroupBy(f => (Start: f.CapturedAt!.Value.UtcTicks / block, f.Part))
            .OrderBy(g => g.Key.Start).Take(MostBlocks + 1).ToList();
        return blocks.Count > MostBlocks ? [] : [.. blocks.Select(g => new SnapshotBlock(new DateTimeOffset(g.Key.Start * block, TimeSpan.Zero), g.Count(), g.Key.Part))];
    }

    private static int Sum(IEnumerable<(OpenFrame Frame, int Boxes)> found, SnapshotPart part) => found.Where(f => f.Frame.Part == part).Sum(f => f.Boxes);

    private static PartCount Count(IEnumerable<OpenFrame> frames)
    {
        var parts = frames.CountBy(f => f.Part).ToDictionary();
        return new PartCount(parts.GetValueOrDefault(SnapshotPart.Learnt), parts.GetValueOrDefault(SnapshotPart.HeldOut));
    }
}
