using Fleet.Contracts;

namespace Fleet.ControlPlane.Devices;

/// <summary>Puts rows and live knowledge together into what the API shows.</summary>
internal sealed class DeviceView(LiveDevices live, LivePictures pictures)
{
    public DeviceResponse Show(DeviceRow row, long generation)
    {
        var now = live.Of(row.Id);
        return new DeviceResponse(
            row.Id,
            row.Site,
            row.Labels,
            PresenceOf(row, now),
            now.LastSeenAt ?? row.LastSeenAt,
            generation,
            [.. row.Cameras.OrderBy(c => c.Id.ToString(), StringComparer.Ordinal).Select(c => Show(row, c))],
            now.Reported ?? row.Reported,
            row.Revoked,
            row.Pin);
    }

    public CameraResponse Show(DeviceRow row, CameraRow camera)
    {
        var now = live.Of(row.Id);
        var reported = (now.Reported ?? row.Reported)?.Cameras.FirstOrDefault(c => c.Id == camera.Id);
        return new CameraResponse(
            row.Id,
            camera.Id,
            CameraAddress.Redact(camera.Source),
            camera.Fps,
            camera.Loop,
            camera.Version,
            reported?.Version,
            reported?.State,
            reported?.Detail,
            PresenceOf(row, now) == Presence.Online ? now.CompletedPerSecond(camera.Id) : null,
            now.Completed(camera.Id, reported?.Version),
            pictures.Find(row.Id, camera.Id)?.Frame.CapturedAt,
            camera.Zones ?? [],
            camera.Lines ?? [],
            camera.Motion,
            now.Newest?.Zones?.Where(z => z.Camera == camera.Id).ToList() ?? [],
            now.Newest?.Lines?.Where(l => l.Camera == camera.Id).ToList() ?? [],
            camera.Beside,
            camera.Beside is { } shadow ? (now.Reported ?? row.Reported)?.Shadows?.FirstOrDefault(s => s.Camera == camera.Id && s.Version == shadow.Version) : null,
            camera.Beside is { } beside ? now.Newest?.Shadows?.FirstOrDefault(s => s.Camera == camera.Id && s.Version == beside.Version && s.Champion == reported?.Version) : null,
            now.Found(camera.Id, reported?.Version));
    }

    private static Presence PresenceOf(DeviceRow row, LiveDevice now) =>
        now != LiveDevice.Unheard ? now.Presence
        : row.LastPresence == Presence.Stopped ? Presence.Stopped : Presence.Offline;
}
