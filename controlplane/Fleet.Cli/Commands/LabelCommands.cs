using System.CommandLine;
using System.Text.Json;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class LabelCommands
{
    private static readonly Argument<Digest> Sample = Ask.Id<Digest>("sample", "Digest of the sample.");

    public static Command Create() => new("label", "Work through frames that wait for labels.") { Next(), ProposeCommand.Create(), Save(), Skip(), Score(), Agreement(), Export(), Import() };

    private static Command Next()
    {
        var strategy = new Option<LabelStrategy>("--strategy") { Description = "Value, Uncertainty, Random, First or Camera." };
        var work = new Option<LabelWork>("--work") { Description = "Label, or Review what others labelled." };
        var device = Ask.IdOption<DeviceId>("--device", "Only of this device.");
        var camera = Ask.IdOption<CameraId>("--camera", "Only of cameras of this name.");
        return Ask.Server("next", "Take the next frame for three minutes.", async (client, result, cancellationToken) =>
        {
            var request = new LabelNextRequest { Strategy = result.GetValue(strategy), Work = result.GetValue(work), Device = result.GetValue(device), Camera = result.GetValue(camera) };
            if (await client.Labelling.NextAsync(request, cancellationToken) is not { } task)
            {
                Print.Line($"Nothing is left.");
                return;
            }

            var frame = task.Sample.Frame;
            Print.Line($"{frame.Digest}  {task.Sample.Device}/{frame.Camera}  {frame.WidthPx}x{frame.HeightPx}  yours until {task.LeaseEndsAt:HH:mm:ss} UTC");
            Print.Line($"classes: {string.Join(", ", task.Classes)}");
            foreach (var found in task.Proposals)
            {
                Print.Line($"  {found.Label} {found.Score:0.00} at {found.Box.X:0.#}, {found.Box.Y:0.#}, {found.Box.Width:0.#}x{found.Box.Height:0.#}");
            }
        }, strategy, work, device, camera);
    }

    private static Command Save()
    {
        var boxes = new Argument<FileInfo>("boxes") { Description = "JSON: [{\"label\":\"carton\",\"box\":{\"x\":0,\"y\":0,\"width\":10,\"height\":10}}]; [] when it shows nothing." };
        return Ask.Server("save", "Save a frame's label and give the frame back.", async (client, result, cancellationToken) =>
        {
            var text = await File.ReadAllBytesAsync(result.GetValue(boxes)!.FullName, cancellationToken);
            var annotations = JsonSerializer.Deserialize(text, FleetJson.Strict.ListAnnotation) ?? [];
            var held = await client.Labelling.HoldAsync(result.GetValue(Sample), new LeaseRequest(), cancellationToken);
            await client.Samples.LabelAsync(result.GetValue(Sample), new LabelRequest(SampleState.Labelled, annotations), held.Sample.ETag, cancellationToken);
            await client.Labelling.GiveBackAsync(result.GetValue(Sample), cancellationToken);
            Print.Line($"{annotations.Count} boxes.");
        }, Sample, boxes);
    }

    private static Command Skip() => Ask.Server("skip", "Give a frame back; it is not offered to you again.",
        (client, result, cancellationToken) => client.Labelling.SkipAsync(result.GetValue(Sample), cancellationToken), Sample);

    private static Command Score() => Ask.Server("score", "How much is labelled and reviewed.", async (client, _, cancellationToken) =>
    {
        var left = await client.Labelling.CountAsync(new LabelNextRequest(), cancellationToken);
        Print.Line($"{left.Waiting} to label ({left.InWork} in work, {left.Skipped} skipped by you), {left.Labelled} labelled, {left.ToReview} to review, {left.Discarded} discarded");
        await AgreeAsync(client, cancellationToken);
    });

    private static Command Agreement() => Ask.Server("agreement", "How far reviewers and labellers agree.", (client, _, cancellationToken) => AgreeAsync(client, cancellationToken));

    private static Command Export()
    {
        var (format, device, camera) = Files();
        var file = new Argument<FileInfo>("file") { Description = "The zip to write." };
        var bare = new Option<bool>("--no-pictures") { Description = "Label files only." };
        return Ask.Server("export", "Write all labels, and their pictures, as COCO, YOLO or VOC.", async (client, result, cancellationToken) =>
        {
            var path = result.GetValue(file)!.FullName;
            var part = $"{path}.part";
            await using (var into = File.Create(part))
            {
                await client.LabelFiles.ExportAsync(result.GetValue(format), result.GetValue(device), result.GetValue(camera), !result.GetValue(bare), into, cancellationToken);
            }

            File.Move(part, path, overwrite: true);
            foreach (var loss in await client.LabelFiles.LossesAsync(result.GetValue(format), cancellationToken))
            {
                Print.Line($"lost: {loss}");
            }
        }, file, format, device, camera, bare);
    }

    private static Command Import()
    {
        var (format, device, camera) = Files();
        var file = new Argument<FileInfo>("file") { Description = "A zip of the set. Pictures are known by digest; with --device and --camera unknown ones become samples of it." };
        return Ask.Server("import", "Label samples from COCO, YOLO or VOC files.", async (client, result, cancellationToken) =>
        {
            await using var zip = result.GetValue(file)!.OpenRead();
            var import = await client.LabelFiles.ImportAsync(result.GetValue(format), result.GetValue(device), result.GetValue(camera), zip, cancellationToken);
            Print.Line($"{import.Labelled} frames labelled with {import.Boxes} boxes, {import.Added} pictures added, {import.Findings} not taken");
            foreach (var text in import.Texts)
            {
                Print.Line($"  {text}");
            }
        }, file, format, device, camera);
    }

    private static (Option<LabelFileFormat> Format, Option<DeviceId?> Device, Option<CameraId?> Camera) Files() => (
        new Option<LabelFileFormat>("--format") { Description = "Coco, Yolo or Voc.", Required = true },
        Ask.IdOption<DeviceId>("--device", "Of this device."),
        Ask.IdOption<CameraId>("--camera", "Of cameras of this name."));

    private static async Task AgreeAsync(FleetClient client, CancellationToken cancellationToken)
    {
        var table = Print.Table("labels of", "reviewed", "accepted", "returned", "agreed", "mean IoU");
        foreach (var a in await client.Labelling.AgreementAsync(cancellationToken))
        {
            table.Row(a.Of == "*" ? "all" : a.Of, a.Reviewed, a.Accepted, a.Returned, FormattableString.Invariant($"{a.Boxes.Share:P0}"), a.Boxes.MeanIou?.ToString("0.00"));
        }

        Print.Show(table, "No label was reviewed yet.");
    }
}
