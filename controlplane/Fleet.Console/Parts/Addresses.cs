using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Console.Parts;

/// <summary>Views that their address says all of.</summary>
internal static class Addresses
{
    /// <summary>An address with the parts that are given.</summary>
    public static string With(string path, params (string Name, object? Value)[] parts)
    {
        var given = parts.Select(p => (p.Name, Value: Trimmed(Convert.ToString(p.Value, CultureInfo.InvariantCulture)))).Where(p => p.Value is not null)
            .Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}");
        var query = string.Join('&', given);
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    public static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>A number; null where it is none.</summary>
    public static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>A camera, written <c>device/camera</c>; nothing where it is none.</summary>
    public static (DeviceId? Device, CameraId? Camera) Place(string? text) =>
        text?.Split('/') is [var device, var camera] && DeviceId.TryParse(device, null, out var deviceId) && CameraId.TryParse(camera, null, out var cameraId) ? (deviceId, cameraId) : (null, null);
}
