using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>Proposes what a version finds to whoever labels, frame by frame.</summary>
internal static class ProposeCommand
{
    public static Command Create()
    {
        var version = Ask.Id<VersionId>("version", "The version that looks, released or not.");
        var device = Ask.IdOption<DeviceId>("--device", "Only frames of this device.");
        var camera = Ask.IdOption<CameraId>("--camera", "Only frames of cameras of this name.");
        var most = new Option<int>("--most") { Description = "No more frames than these, the newest first.", DefaultValueFactory = _ => 500 };
        return Ask.Server("propose", "Run a version over frames that wait for labels; its boxes are proposed there.", async (client, result, cancellationToken) =>
        {
            var filter = new SampleFilter(SampleState.Unlabelled, result.GetValue(device), result.GetValue(camera));
            var samples = await client.Samples.ListAsync(filter, cancellationToken).Take(result.GetValue(most)).Select(s => s.Frame.Digest).ToListAsync(cancellationToken);
            var (done, boxes) = (0, 0);
            foreach (var some in samples.Chunk(LookRequest.MaxSamples))
            {
                var look = await client.Labelling.LookAsync(new LookRequest(result.GetValue(version), some), cancellationToken);
                (done, boxes) = (done + look.Samples, boxes + look.Boxes);
                Print.Line($"{done} of {samples.Count} frames, {boxes} boxes proposed");
            }

            Print.Line($"{(samples.Count == 0 ? "No frame waits for a label." : $"Label them: ./fleet label next, or {new Uri(client.Address, "/label")}")}");
        }, version, device, camera, most);
    }
}
