using System.CommandLine;
using System.Text.Json;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class SampleCommands
{
    private static readonly Argument<Digest> Sample = Ask.Id<Digest>("sample", "Digest of the sample.");

    public static Command Create() => new("sample", "Frames that came home to be labelled.") { List(), Alike(), Picture(), Label(), Snapshot("snapshot") };

    private static Command List()
    {
        var state = new Option<SampleState?>("--state") { Description = "Unlabelled, Labelled or Discarded." };
        var device = Ask.IdOption<DeviceId>("--device", "Only of this device.");
        return Ask.Server("list", "Samples, newest first.", async (client, result, cancellationToken) =>
        {
            var table = Print.Table("sample", "device", "camera", "trigger", "score", "state", "boxes", "by");
            await foreach (var s in client.Samples.ListAsync(new SampleFilter(result.GetValue(state), result.GetValue(device)), cancellationToken))
            {
                table.Row(s.Frame.Digest, s.Device, s.Frame.Camera, s.Frame.Trigger, s.Frame.Score.ToString("0.00"), s.State, s.Label?.Count, s.LabelledBy);
            }

            Print.Show(table, "No sample. Devices send frames that a running version is unsure of.");
        }, state, device);
    }

    private static Command Alike()
    {
        var take = new Option<int>("--take") { Description = "So many, 1 to 200.", DefaultValueFactory = _ => 20 };
        var state = new Option<SampleState?>("--state") { Description = "Unlabelled, Labelled or Discarded." };
        return Ask.Server("alike", "Samples that resemble one most.", async (client, result, cancellationToken) =>
        {
            var found = await client.Samples.AlikeAsync(result.GetValue(Sample), new SampleFilter(result.GetValue(state)), result.GetValue(take), cancellationToken);
            var table = Print.Table("distance", "sample", "device", "camera", "trigger", "state");
            foreach (var (s, distance) in found.Items)
            {
                table.Row(distance.ToString("0.000"), s.Frame.Digest, s.Device, s.Frame.Camera, s.Frame.Trigger, s.State);
            }

            Print.Show(table, "Nothing is compared yet.");
            if (found.Compared < found.Total)
            {
                Print.Line($"{found.Compared} of {found.Total} pictures are compared so far; ask again in a moment.");
            }
        }, Sample, take, state);
    }

    private static Command Picture()
    {
        var file = new Argument<FileInfo>("file") { Description = "Where the JPEG goes." };
        return Ask.Server("picture", "Save a sample's picture.", async (client, result, cancellationToken) =>
            await File.WriteAllBytesAsync(result.GetValue(file)!.FullName, await client.Samples.GetPictureAsync(result.GetValue(Sample), cancellationToken), cancellationToken), Sample, file);
    }

    private static Command Label()
    {
        var boxes = new Argument<FileInfo>("boxes") { Description = "JSON: [{\"label\":\"box\",\"box\":{\"x\":0,\"y\":0,\"width\":10,\"height\":10}}]; [] when it shows nothing." };
        return Ask.Server("label", "Label a sample.", async (client, result, cancellationToken) =>
        {
            var text = await File.ReadAllBytesAsync(result.GetValue(boxes)!.FullName, cancellationToken);
            var annotations = JsonSerializer.Deserialize(text, FleetJson.Strict.ListAnnotation) ?? [];
            var current = await client.Samples.GetAsync(result.GetValue(Sample), cancellationToken);
            var labelled = await client.Samples.LabelAsync(result.GetValue(Sample), new LabelRequest(SampleState.Labelled, annotations), current.ETag, cancellationToken);
            Print.Line($"{labelled.Label?.Count ?? 0} boxes.");
        }, Sample, boxes);
    }

    /// <summary>Takes a snapshot.</summary>
    public static Command Snapshot(string word)
    {
        var name = new Argument<string>("name") { Description = "What it is for." };
        var percent = new Option<int?>("--held-out") { Description = "About so many percent go into a second snapshot that is never learnt from, 5 to 50." };
        var block = new Option<double>("--block-minutes") { Description = "Frames of one camera within it go the same way.", DefaultValueFactory = _ => 10 };
        return Ask.Server(word, "Freeze everything that is labelled as a dataset.", async (client, result, cancellationToken) =>
        {
            var request = new SnapshotRequest(result.GetValue(name)!, HeldOutPercent: result.GetValue(percent), BlockMinutes: result.GetValue(block));
            for (var snapshot = await client.Snapshots.TakeAsync(request, cancellationToken); snapshot is not null; snapshot = snapshot.HeldOut)
            {
                Print.Line($"{snapshot.Digest}: {snapshot.Name}, {snapshot.Frames} frames, {snapshot.Boxes} boxes");
            }
        }, name, percent, block);
    }
}
