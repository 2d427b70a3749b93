using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class DeviceCommands
{
    private static readonly Argument<DeviceId> Device = Ask.Id<DeviceId>("device", "Id of the device.");
    private static readonly Argument<CameraId> Camera = Ask.Id<CameraId>("camera", "Name of the camera on the device.");

    public static Command Create()
    {
        var command = new Command("device", "Devices and their cameras.") { List(), Show(), Timeline(), Enrol(), SetCamera(), RemoveCamera(), Pin(), Unpin(), Revoke() };
        DeviceActs.Create().ToList().ForEach(command.Subcommands.Add);
        return command;
    }

    private static Command List()
    {
        var search = new Option<string?>("--search") { Description = "Part of the id or the site." };
        var labels = new Option<string?>("--labels") { Description = "A label selector, such as 'ring=canary,site!=lab'." };
        var condition = new Option<DeviceCondition?>("--condition") { Description = "Offline, Trouble, NeverSeen, Stopped, Online or Revoked." };
        return Ask.Server("list", "Devices, all or those asked for.", async (client, result, cancellationToken) =>
        {
            var filter = new DeviceFilter(result.GetValue(search), result.GetValue(labels), result.GetValue(condition));
            var table = Print.Table("device", "site", "presence", "last seen", "cameras", "labels");
            var shown = 0;
            DevicesFound found;
            do
            {
                found = await client.Devices.FindAsync(filter, shown, take: 200, cancellationToken);
                shown += found.Items.Count;
                foreach (var d in found.Items)
                {
                    var running = d.Cameras.Count(c => c.State == CameraState.Running);
                    table.Row(d.Id, d.Site, d.Revoked ? "revoked" : d.Presence, d.LastSeenAt?.ToString("u"), $"{running} of {d.Cameras.Count} run", string.Join(' ', d.Labels.Select(l => $"{l.Key}={l.Value}")));
                }
            }
            while (found.Items.Count > 0 && shown < found.Total);
            Print.Show(table, filter == new DeviceFilter() ? "No device yet. Enrol one: ./fleet device enrol NAME" : "No device is like that.");
        }, search, labels, condition);
    }

    private static Command Timeline() => Ask.Server("timeline", "What happened to a device, the newest first.", async (client, result, cancellationToken) =>
    {
        var table = Print.Table("when", "what");
        foreach (var happening in (await client.Devices.TimelineAsync(result.GetValue(Device), cursor: null, limit: 100, cancellationToken)).Items)
        {
            table.Row(happening.At.ToString("u"), happening.Sentence);
        }

        Print.Show(table, "Nothing yet.");
    }, Device);

    private static Command Show() => Ask.Server("show", "One device with its cameras and updates.", async (client, result, cancellationToken) =>
    {
        var d = await client.Devices.GetAsync(result.GetValue(Device), cancellationToken);
        Print.Line($"{d.Id}, {d.Presence}, generation {d.Reported?.Generation ?? 0} of {d.Generation}");
        if (d.Pin is { } pin)
        {
            Print.Line($"Pinned {(pin.Version is { } at ? $"to {at}" : "to what it has")} by {pin.By} at {pin.At:u}{(pin.Reason is null ? "" : $": {pin.Reason}")}");
        }

        var cameras = Print.Table("camera", "state", "wanted", "running", "frames/s", "completed", "detail");
        foreach (var c in d.Cameras)
        {
            cameras.Row(c.Id, c.State, c.Wanted, c.Running, c.CompletedPerSecond?.ToString("0.0"), c.Completed, c.Detail);
        }

        Print.Show(cameras, "No camera yet. Add one: ./fleet device camera DEVICE CAMERA SOURCE");
        if (d.Cameras.Any(c => c.Zones is { Count: > 0 } || c.Lines is { Count: > 0 }))
        {
            Print.Show(PlaceTable.Of(d), "");
        }

        var updates = Print.Table("camera", "version", "state", "bytes", "saved", "first frame ms", "lost", "problem");
        foreach (var u in d.Reported?.Updates ?? [])
        {
            updates.Row(u.Camera, u.Version, u.Preparing is { } p ? $"{u.State}: {p.Stage}, {p.ElapsedSeconds} s, {p.Share:0 %}" : u.State, u.BytesFetched, u.BytesSaved, u.PromoteToFirstFrameMs?.ToString("0"), u.FramesLost, u.Problem is null ? "" : $"{u.Problem.Detail} ({u.Problem.Code})");
        }

        Print.Show(updates, "No update yet.");
        EngineTables.Show(d.Reported);
    }, Device);

    private static Command Enrol()
    {
        var labels = new Option<string[]>("--label") { Description = "key=value; repeatable." };
        var site = new Option<string?>("--site") { Description = "Where it stands." };
        return Ask.Server("enrol", "Make a one-time token for a new device.", async (client, result, cancellationToken) =>
        {
            var pairs = (result.GetValue(labels) ?? []).Select(Pair).ToDictionary();
            var token = await client.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(result.GetValue(Device), pairs, result.GetValue(site)), cancellationToken);
            Print.Line($"On the device, before {token.ExpiresAt:u}:");
            Console.WriteLine($"fleet agent enrol {token.Token} --data /var/lib/fleet-agent");
        }, Device, labels, site);
    }

    private static Command SetCamera()
    {
        var source = new Argument<string>("source") { Description = "rtsp://, http(s)://, /dev/video0, a video file, a folder of images, or twin:SCENE?seed=1&fps=5." };
        var fps = new Option<double?>("--fps") { Description = "At most so many frames a second." };
        var once = new Option<bool>("--once") { Description = "Files and folders are not begun again at their end." };
        var places = new PlaceOptions();
        return Ask.Server("camera", "Set a camera of a device, with the zones and lines to watch in its picture.", async (client, result, cancellationToken) =>
        {
            var request = places.AddTo(new CameraRequest(result.GetValue(source)!, result.GetValue(fps), !result.GetValue(once)), result);
            var camera = await client.Devices.SetCameraAsync(result.GetValue(Device), result.GetValue(Camera), request, cancellationToken);
            Print.Line($"{camera.Device} will run {camera.Id}{Watched(camera)}.");
        }, [Device, Camera, source, fps, once, .. places.Symbols]);
    }

    private static Command RemoveCamera() => Ask.Server("remove-camera", "Take a camera off a device.",
        (client, result, cancellationToken) => client.Devices.RemoveCameraAsync(result.GetValue(Device), result.GetValue(Camera), cancellationToken), Device, Camera);

    private static Command Pin()
    {
        var version = Ask.IdOption<VersionId>("--version", "model@number that all its cameras are to run; missing, they keep what they have.");
        var reason = new Option<string?>("--reason") { Description = "Why, shown to whoever wonders." };
        return Ask.Server("pin", "Have rollouts pass a device by.", async (client, result, cancellationToken) =>
        {
            var pin = await client.Devices.PinAsync(result.GetValue(Device), new PinRequest(result.GetValue(version), result.GetValue(reason)), cancellationToken);
            Print.Line($"{result.GetValue(Device)} is pinned {(pin.Version is { } at ? $"to {at}" : "to what it has")}. Rollouts pass it by until: ./fleet device unpin {result.GetValue(Device)}");
        }, Device, version, reason);
    }

    private static Command Unpin() => Ask.Server("unpin", "Have rollouts tell a device again.", async (client, result, cancellationToken) =>
    {
        await client.Devices.UnpinAsync(result.GetValue(Device), cancellationToken);
        Print.Line($"{result.GetValue(Device)} is not pinned.");
    }, Device);

    private static Command Revoke() => Ask.Server("revoke", "Shut a device out for good.",
        (client, result, cancellationToken) => client.Devices.RevokeAsync(result.GetValue(Device), cancellationToken), Device);

    private static string Watched(CameraResponse camera) =>
        camera is { Zones.Count: 0, Lines.Count: 0 } ? "" : $" and watch {string.Join(", ", (camera.Zones ?? []).Select(z => z.Name).Concat((camera.Lines ?? []).Select(l => l.Name)))}";

    private static KeyValuePair<string, string> Pair(string text) => text.Split('=', 2) is [{ Length: > 0 } key, var value]
        ? KeyValuePair.Create(key, value)
        : throw new FormatException($"'{text}' is not a label: wanted key=value.");
}
