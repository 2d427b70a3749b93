using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Commands;

/// <summary>What may be asked of which device. No clock, no I/O.</summary>
internal static class CommandRules
{
    private static readonly TimeSpan UsualLog = TimeSpan.FromHours(1);

    /// <exception cref="ProblemException">The device is shut out, the kind needs something that was not given, or has no use for something that was.</exception>
    public static CommandRow Read(DeviceRow device, CommandRequest request, DateTimeOffset now)
    {
        if (device.Revoked)
        {
            throw new ProblemException(Problems.DeviceRevoked, $"{device.Id} was revoked; it takes no commands.");
        }

        var needsCamera = request.Kind is CommandKind.Snapshot or CommandKind.Collect;
        Require(request.Kind, needsCamera, request.Camera is not null, "a camera");
        Require(request.Kind, request.Kind == CommandKind.Collect, request.Frames is not null, "a number of frames");
        Require(request.Kind, request.Kind == CommandKind.Collect, request.Minutes is not null, "a number of minutes");
        if (request.Kind != CommandKind.Logs)
        {
            Require(request.Kind, needed: false, request.From is not null || request.Until is not null, "a time span");
        }

        if (request.Camera is { } camera)
        {
            DeviceDirectory.Camera(device, camera);
        }

        var until = request.Kind == CommandKind.Logs ? request.Until ?? now : (DateTimeOffset?)null;
        return new CommandRow
        {
            Device = device.Id,
            Kind = request.Kind,
            State = CommandState.Waiting,
            Camera = request.Camera,
            Frames = request.Frames,
            Minutes = request.Minutes,
            Until = until,
            From = request.From ?? (until - UsualLog),
            ExpiresAt = now + TimeSpan.FromSeconds(request.TimeoutSeconds) + TimeSpan.FromMinutes(request.Minutes ?? 0),
        };
    }

    private static void Require(CommandKind kind, bool needed, bool given, string what)
    {
        if (needed != given)
        {
            throw new ProblemException(Problems.RequestInvalid, $"The command {kind.ToString().ToLowerInvariant()} {(needed ? "needs" : "has no use for")} {what}.");
        }
    }
}
