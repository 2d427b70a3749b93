using Fleet.Contracts;
using Spectre.Console;

namespace Fleet.Cli.Commands;

/// <summary>What the zones and lines of a device's cameras counted.</summary>
internal static class PlaceTable
{
    public static Table Of(DeviceResponse device)
    {
        var table = Print.Table("camera", "place", "kind", "now", "in / forward", "out / backward", "dwell s");
        foreach (var camera in device.Cameras)
        {
            foreach (var zone in camera.Zones ?? [])
            {
                var counted = camera.ZoneCounters?.FirstOrDefault(z => z.Zone == zone.Name);
                table.Row(camera.Id, zone.Name, zone.Kind == ZoneKind.Facing ? "facing" : "zone", Now(zone, counted), counted?.Entered, counted?.Left, counted?.DwellSeconds.ToString("0.0"));
            }

            foreach (var line in camera.Lines ?? [])
            {
                var counted = camera.LineCounters?.FirstOrDefault(l => l.Line == line.Name);
                table.Row(camera.Id, line.Name, "line", "", counted?.Forward, counted?.Backward, "");
            }
        }

        return table;
    }

    private static string Now(Zone zone, ZoneCounters? counted) => (zone.Kind, counted?.IsEmpty) switch
    {
        (ZoneKind.Facing, true) => "empty",
        (ZoneKind.Facing, false) => "filled",
        (ZoneKind.Facing, null) => "",
        _ => string.Join(' ', counted?.Present.Select(p => $"{p.Value} {p.Key}") ?? []),
    };
}
