using Fleet.Client;
using Fleet.Console.Overview;
using Fleet.Contracts;

namespace Fleet.Console.Guide;

/// <summary>What the server knows that the first steps need: of the version, device and camera that are furthest along.</summary>
public sealed record FirstRunFacts(string Person)
{
    private const int Looked = 50;

    /// <summary>The newest released version, or the newest draft where none is released.</summary>
    public VersionId? Version { get; init; }

    public bool Released { get; init; }

    public DeviceId? Device { get; init; }

    public bool Online { get; init; }

    /// <summary>Whether the device ever connected.</summary>
    public bool Seen { get; init; }

    public CameraId? Camera { get; init; }

    public bool GivesFrames { get; init; }

    /// <summary>Why it gives none; null where nothing is known to be wrong.</summary>
    public string? CameraTrouble { get; init; }

    /// <summary>What a rollout under way brings.</summary>
    public VersionId? RollingOut { get; init; }

    /// <summary>Why the newest rollout does not go on.</summary>
    public string? RolloutTrouble { get; init; }

    /// <summary>What the camera runs.</summary>
    public VersionId? Running { get; init; }

    /// <summary>Objects that it found.</summary>
    public long Found { get; init; }

    /// <summary>The camera for people.</summary>
    public string Where => $"{Device}/{Camera}";

    /// <summary>Reads them.</summary>
    public static async Task<FirstRunFacts> ReadAsync(FleetClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var who = client.Access.WhoAmIAsync(cancellationToken);
        var versions = client.Versions.PageAsync(cursor: null, Looked, cancellationToken);
        var devices = client.Devices.FindAsync(new DeviceFilter(), skip: 0, Looked, cancellationToken);
        var rollouts = client.Rollouts.PageAsync(cursor: null, limit: 1, cancellationToken);
        await Task.WhenAll(who, versions, devices, rollouts);
        return Of((await who).Name, (await versions).Items, (await devices).Items, (await rollouts).Items);
    }

    /// <summary>From what the overview has read already.</summary>
    public static FirstRunFacts Of(FleetPicture fleet)
    {
        ArgumentNullException.ThrowIfNull(fleet);
        return Of("You", fleet.Versions, fleet.Devices, fleet.Rollouts);
    }

    private static FirstRunFacts Of(string person, IReadOnlyList<VersionResponse> versions, IReadOnlyList<DeviceResponse> devices, IReadOnlyList<RolloutResponse> rollouts)
    {
        var version = versions.OrderByDescending(v => v.State == VersionState.Released).ThenByDescending(v => v.CreatedAt).FirstOrDefault();
        var rollout = rollouts.MaxBy(r => r.CreatedAt);
        var (device, camera) = devices.Where(d => !d.Revoked).SelectMany(Places).OrderByDescending(Progress).FirstOrDefault();
        return new FirstRunFacts(person)
        {
            Version = version?.Card.Version,
            Released = version?.State == VersionState.Released,
            Device = device?.Id,
            Online = device?.Presence == Presence.Online,
            Seen = device?.LastSeenAt is not null,
            Camera = camera?.Id,
            GivesFrames = HasFrames(camera),
            CameraTrouble = camera?.State == CameraState.Failed ? camera.Detail ?? "it does not open." : null,
            RollingOut = rollout?.State == RolloutState.Running ? rollout.Version : null,
            RolloutTrouble = TroubleOf(rollout),
            Running = camera?.Running,
            Found = camera?.Found ?? 0,
        };
    }

    private static IEnumerable<(DeviceResponse? Device, CameraResponse? Camera)> Places(DeviceResponse device) =>
        device.Cameras.Count == 0 ? [(device, null)] : device.Cameras.Select(c => ((DeviceResponse?)device, (CameraResponse?)c));

    private static int Progress((DeviceResponse? Device, CameraResponse? Camera) place) => place switch
    {
        { Camera.Found: > 0 } => 5,
        { Camera.Running: not null } => 4,
        { Camera: { } camera } when HasFrames(camera) => 3,
        { Camera: not null } => 2,
        { Device.LastSeenAt: not null } => 1,
        _ => 0,
    };

    private static bool HasFrames(CameraResponse? camera) => camera is { State: CameraState.Running or CameraState.Ended } or { PreviewAt: not null } or { Running: not null };

    private static string? TroubleOf(RolloutResponse? rollout) => rollout?.State switch
    {
        RolloutState.Paused => $"The rollout of {rollout.Version} is paused: {LastSaid(rollout)}",
        RolloutState.AwaitingApproval => $"The rollout of {rollout.Version} waits until someone else than {rollout.CreatedBy} approves it.",
        RolloutState.RolledBack or RolloutState.Aborted => $"The rollout of {rollout.Version} ended without it: {LastSaid(rollout)}",
        _ => null,
    };

    private static string LastSaid(RolloutResponse rollout) => rollout.Log.Count > 0 ? rollout.Log[^1].Text : "nothing was decided.";
}
