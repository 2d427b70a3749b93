using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class SnapshotCommands
{
    private const int Window = 200;
    private static readonly Argument<Digest> Snapshot = Ask.Id<Digest>("snapshot", "Digest of the snapshot.");

    public static Command Create() => new("snapshot", "Labelled samples, frozen as datasets.") { SampleCommands.Snapshot("take"), List(), Show(), Frames() };

    private static Command List() => Ask.Server("list", "Snapshots, newest first.", async (client, _, cancellationToken) =>
    {
        var table = Print.Table("snapshot", "name", "frames", "boxes", "taken");
        await foreach (var s in client.Snapshots.ListAsync(cancellationToken))
        {
            table.Row(s.Digest, s.Name, s.Frames, s.Boxes, s.CreatedAt.ToString("yyyy-MM-dd HH:mm"));
        }

        Print.Show(table, "No snapshot. Label samples, then: fleet snapshot take NAME");
    });

    private static Command Show() => Ask.Server("show", "What is in a snapshot: classes and cameras, learnt from and held out.", async (client, result, cancellationToken) =>
    {
        var shown = await client.Snapshots.GetAsync(result.GetValue(Snapshot), cancellationToken);
        Print.Line($"{shown.Snapshot.Name}: {shown.Frames.Learnt} frames to learn from, {shown.Frames.HeldOut} held out, {shown.Empty.All} of them without a box");
        if (shown.Split is { } split)
        {
            Print.Line($"Divided by camera in blocks of {split.BlockMinutes} minutes, about {split.HeldOutPercent} % held out{(split.HeldOut is { } other ? $" as {other}" : "")}.");
        }

        var classes = Print.Table("class", "frames learnt", "frames held out", "boxes learnt", "boxes held out");
        foreach (var c in shown.Classes)
        {
            classes.Row(c.Name, c.Frames.Learnt, c.Frames.HeldOut, c.Boxes.Learnt, c.Boxes.HeldOut);
        }

        var cameras = Print.Table("device", "camera", "learnt", "held out", "from", "to");
        foreach (var c in shown.Cameras)
        {
            cameras.Row(c.Device, c.Camera, c.Frames.Learnt, c.Frames.HeldOut, c.First?.ToString("yyyy-MM-dd HH:mm"), c.Last?.ToString("yyyy-MM-dd HH:mm"));
        }

        Print.Show(classes, "No box in it.");
        Print.Show(cameras, "No camera in it.");
    }, Snapshot);

    private static Command Frames()
    {
        var part = new Option<SnapshotPart?>("--part") { Description = "Learnt or HeldOut." };
        var device = Ask.IdOption<DeviceId>("--device", "Only of this device.");
        var camera = Ask.IdOption<CameraId>("--camera", "Only of this camera.");
        var trigger = new Option<string?>("--trigger") { Description = "Only those that were kept for it." };
        var name = new Option<string?>("--class") { Description = "Only those that show it." };
        var state = new Option<SampleState?>("--state") { Description = "Only samples that are in it today." };
        var min = new Option<double?>("--min-score") { Description = "Worth at least so much, 0 to 1." };
        var max = new Option<double?>("--max-score") { Description = "Worth at most so much, 0 to 1." };
        var like = Ask.IdOption<Digest>("--like", "Those that resemble this sample most first.");
        return Ask.Server("frames", "Frames of a snapshot.", async (client, result, cancellationToken) =>
        {
            var filter = new SnapshotFilter(
                result.GetValue(part), result.GetValue(device), result.GetValue(camera), result.GetValue(trigger), result.GetValue(name), MinScore: result.GetValue(min), MaxScore: result.GetValue(max), State: result.GetValue(state), Like: result.GetValue(like));
            var table = Print.Table("frame", "part", "device", "camera", "trigger", "worth", "boxes", "today", "distance");
            var (at, total, compared) = (0, 1, (int?)null);
            while (at < total)
            {
                var window = await client.Snapshots.FindAsync(result.GetValue(Snapshot), filter, at, Window, cancellationToken);
                foreach (var f in window.Items)
                {
                    table.Row(f.Frame.Digest, f.Part, f.Frame.Device, f.Frame.Camera, f.Trigger, f.Score?.ToString("0.00"), f.Frame.Label.Count, f.LabelChanged ? $"{f.State}, changed" : f.State, f.Distance?.ToString("0.000"));
                }

                (at, total, compared) = (at + Math.Max(1, window.Items.Count), window.Total, window.Compared);
            }

            Print.Show(table, "No frame of it passes.");
            if (compared < total)
            {
                Print.Line($"{compared} of {total} pictures are compared so far; ask again in a moment.");
            }
        }, Snapshot, part, device, camera, trigger, name, state, min, max, like);
    }
}
