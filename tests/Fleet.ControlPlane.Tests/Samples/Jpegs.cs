namespace Fleet.ControlPlane.Tests.Samples;

/// <summary>JPEGs as far as the control plane looks into them: headers are real, pixels are not.</summary>
internal static class Jpegs
{
    /// <summary>Another <paramref name="seed"/> is another picture.</summary>
    public static byte[] Of(int widthPx = 64, int heightPx = 48, int seed = 0) =>
    [
        0xFF, 0xD8,
        0xFF, 0xFE, 0x00, 0x06, .. BitConverter.GetBytes(seed),
        0xFF, 0xC0, 0x00, 0x0B, 8, (byte)(heightPx >> 8), (byte)heightPx, (byte)(widthPx >> 8), (byte)widthPx, 1, 1, 0x11, 0,
        0xFF, 0xDA, 0x00, 0x08, 1, 1, 0x00, 0, 63, 0,
        0x2A, 0x2B,
        0xFF, 0xD9,
    ];
}
