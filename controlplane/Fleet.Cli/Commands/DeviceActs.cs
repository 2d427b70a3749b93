using System.CommandLine;
using System.Globalization;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>What a device is told to do once, and what came of it.</summary>
internal static class DeviceActs
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);
    private static readonly Argument<DeviceId> Device = Ask.Id<DeviceId>("device", "Id of the device.");
    private static readonly Argument<CameraId> Camera = Ask.Id<CameraId>("camera", "Name of the camera on the device.");
    private static readonly Option<double> Timeout = new("--timeout") { Description = "Seconds that the device has for it, 5 to 86400.", DefaultValueFactory = _ => 60 };

    public static IEnumerable<Command> Create() => [Snapshot(), Logs(), Restart(), Collect(), List(), Shadow()];

    private static Command Snapshot()
    {
        var file = new Option<FileInfo?>("--out") { Description = "Where the JPEG goes; missing, DEVICE-CAMERA.jpg here." };
        return Ask.Server("snapshot", "Fetch a fresh picture of a camera, with what is found on it.", async (client, result, cancellationToken) =>
        {
            var (device, camera) = (result.GetValue(Device), result.GetValue(Camera));
            var done = await DoAsync(client, device, new CommandRequest(CommandKind.Snapshot, camera, TimeoutSeconds: result.GetValue(Timeout)), cancellationToken);
            var path = result.GetValue(file)?.FullName ?? Path.GetFullPath($"{device}-{camera}.jpg");
            await File.WriteAllBytesAsync(path, await client.Commands.GetPictureAsync(device, done.Id, cancellationToken), cancellationToken);
            Print.Line($"{path}: {done.Frame!.WidthPx}x{done.Frame.HeightPx}, captured {done.Frame.CapturedAt:u}");
            var found = Print.Table("class", "score", "x", "y", "width", "height");
            foreach (var d in done.Frame.Detections)
            {
                found.Row(d.Label, d.Score.ToString("0.00", CultureInfo.InvariantCulture), (int)d.Box.X, (int)d.Box.Y, (int)d.Box.Width, (int)d.Box.Height);
            }

            Print.Show(found, done.Frame.Version is { } version ? $"{version} found nothing on it." : "No version looked at it.");
        }, Device, Camera, file, Timeout);
    }

    private static Command Logs()
    {
        var from = new Option<DateTimeOffset?>("--from") { Description = "Begin of the time span, such as 2026-03-01T08:00Z; missing, an hour before its end." };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Its end; missing, now." };
        return Ask.Server("logs", $"Print the agent's log of a time span, at most the newest {CommandLimits.LogBytes >> 10} KiB of it.", async (client, result, cancellationToken) =>
        {
            var device = result.GetValue(Device);
            var request = new CommandRequest(CommandKind.Logs, From: result.GetValue(from), Until: result.GetValue(until), TimeoutSeconds: result.GetValue(Timeout));
            var done = await DoAsync(client, device, request, cancellationToken);
            Console.Write(await client.Commands.GetLogAsync(device, done.Id, cancellationToken));
        }, Device, from, until, Timeout);
    }

    private static Command Restart() => Ask.Server("restart", "Start the agent of a device again.", async (client, result, cancellationToken) =>
    {
        await DoAsync(client, result.GetValue(Device), new CommandRequest(CommandKind.Restart, TimeoutSeconds: result.GetValue(Timeout)), cancellationToken);
        Print.Line($"{result.GetValue(Device)} has started again.");
    }, Device, Timeout);

    private static Command Collect()
    {
        var frames = new Option<int>("--frames") { Description = $"How many, 1 to {CommandLimits.Frames}.", DefaultValueFactory = _ => 20 };
        var minutes = new Option<double>("--minutes") { Description = "Spread evenly over so many minutes, 0.05 to 1440.", DefaultValueFactory = _ => 10 };
        var wait = new Option<bool>("--wait") { Description = "Wait until they are kept." };
        return Ask.Server("collect", "Have frames of a camera kept as samples, whatever they show.", async (client, result, cancellationToken) =>
        {
            var (device, camera) = (result.GetValue(Device), result.GetValue(Camera));
            var request = new CommandRequest(CommandKind.Collect, camera, result.GetValue(frames), result.GetValue(minutes), TimeoutSeconds: result.GetValue(Timeout));
            if (result.GetValue(wait))
            {
                var done = await DoAsync(client, device, request, cancellationToken);
                Print.Line($"{done.Collected} frames of {camera} are kept; they come home as samples with the trigger '{TriggerNames.Request}'.");
                return;
            }

            var given = await client.Commands.GiveAsync(device, request, cancellationToken);
            Print.Line($"{device} will keep {given.Frames} frames of {camera}. See how far: ./fleet device commands {device}");
        }, Device, Camera, frames, minutes, wait, Timeout);
    }

    private static Command List() => Ask.Server("commands", "What a device was told to do, and what came of it.", async (client, result, cancellationToken) =>
    {
        var table = Print.Table("at", "by", "command", "camera", "state", "frames", "why");
        foreach (var c in (await client.Commands.ListAsync(result.GetValue(Device), CommandLimits.Kept, cancellationToken)).Items)
        {
            table.Row(c.At.ToString("u"), c.By, c.Kind, c.Camera, c.State, c.Frames is { } wanted ? $"{c.Collected} of {wanted}" : "", c.Problem is { } p ? $"{p.Detail} ({p.Code})" : "");
        }

        Print.Show(table, "No command yet. Try: ./fleet device snapshot DEVICE CAMERA");
    }, Device);

    private static Command Shadow()
    {
        var version = Ask.IdOption<VersionId>("--version", "model@number, released, that is to look at the same frames without acting.");
        var every = new Option<int>("--every") { Description = "Every so many completed frames are compared, 1 to 1000.", DefaultValueFactory = _ => 1 };
        var share = new Option<double>("--share") { Description = "It computes for at most this share of the time, 0.01 to 0.9.", DefaultValueFactory = _ => 0.25 };
        var off = new Option<bool>("--off") { Description = "End it." };
        return Ask.Server("shadow", "Compare a version with the one in service on a camera's own frames; without --version, show how they agree.", async (client, result, cancellationToken) =>
        {
            var (device, camera) = (result.GetValue(Device), result.GetValue(Camera));
            if (result.GetValue(off))
            {
                await client.Devices.RemoveShadowAsync(device, camera, cancellationToken);
                Print.Line($"Nothing runs in the shadow of {camera} any more.");
                return;
            }

            if (result.GetValue(version) is { } candidate)
            {
                await client.Devices.SetShadowAsync(device, camera, new ShadowRequest(candidate, result.GetValue(every), result.GetValue(share)), cancellationToken);
                Print.Line($"{camera} will run {candidate} in the shadow. See how they agree: ./fleet device shadow {device} {camera}");
                return;
            }

            ShowShadow((await client.Devices.GetAsync(device, cancellationToken)).Cameras.FirstOrDefault(c => c.Id == camera) ?? throw new ProblemException(Problems.CameraUnknown, $"{device} has no camera {camera}."));
        }, Device, Camera, version, every, share, off);
    }

    private static void ShowShadow(CameraResponse camera)
    {
        if (camera.Shadow is not { } shadow)
        {
            Print.Line($"Nothing runs in the shadow of {camera.Id}. Begin: ./fleet device shadow {camera.Device} {camera.Id} --version MODEL@N");
            return;
        }

        var state = camera.ShadowState;
        Print.Line($"{shadow.Version} beside {camera.Running?.ToString() ?? "no version"}: {(state?.Problem is { } p ? $"{p.Detail} ({p.Code})" : state is { Runs: true } ? "runs" : "is being brought")}");
        if (camera.ShadowCounters is { } c)
        {
            var table = Print.Table("compared", "agreed", "agreement on objects", "both", "champion alone", "candidate alone", "passed over", "failed");
            table.Row(c.Compared, c.Agreed, c.Agreement?.ToString("0.0 %", CultureInfo.InvariantCulture), c.Matched, c.OnlyChampion, c.OnlyCandidate, c.PassedOver, c.Failed);
            Print.Show(table, "");
        }
    }

    private static async Task<CommandResponse> DoAsync(FleetClient client, DeviceId device, CommandRequest request, CancellationToken cancellationToken)
    {
        var command = await client.Commands.GiveAsync(device, request, cancellationToken);
        while (!command.HasEnded)
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
            command = await client.Commands.GetAsync(device, command.Id, cancellationToken);
        }

        return command.State switch
        {
            CommandState.Done => command,
            CommandState.Refused => throw new ProblemException(Problems.Find(command.Problem!.Code), $"{device} refused: {command.Problem.Detail}"),
            _ => throw new ProblemException(Problems.CommandExpired, $"{device} was not heard of until {command.ExpiresAt:u}. See whether it is online: ./fleet device show {device}"),
        };
    }
}
