using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>A camera of the demo.</summary>
/// <param name="Device">Its device.</param>
/// <param name="Id">Its name there.</param>
/// <param name="Source">Where frames come from.</param>
/// <param name="Fps">Frames a second that are taken; null for the source's own rate.</param>
internal sealed record DemoCamera(DeviceId Device, CameraId Id, string Source, double? Fps)
{
    // a software renderer draws about ten frames a second on a core, and the trainer wants that core too
    private const double TwinFps = 1.5;

    /// <summary>The site of the demo: two devices, two twin cameras each.</summary>
    public static IReadOnlyList<DemoCamera> OfTwin(string scene) =>
    [
        Twin("store-1", "dock", scene, seed: 101),
        Twin("store-1", "aisle", scene, seed: 102),
        Twin("store-2", "dock", scene, seed: 201),
        Twin("store-2", "aisle", scene, seed: 202),
    ];

    /// <summary>Real cameras, dealt out to the two devices.</summary>
    public static IReadOnlyList<DemoCamera> OfSources(IReadOnlyList<string> sources) =>
        [.. sources.Select((source, i) => new DemoCamera(DeviceId.Parse($"store-{1 + (i % 2)}"), CameraId.Parse($"camera-{1 + i}"), Absolute(source), Fps: IsFolder(source) ? 5 : null))];

    private static DemoCamera Twin(string device, string camera, string scene, int seed) =>
        new(DeviceId.Parse(device), CameraId.Parse(camera), $"twin:{scene}?seed={seed}&fps={TwinFps}", Fps: null);

    private static bool IsFolder(string source) => Directory.Exists(source);

    private static string Absolute(string source) => File.Exists(source) || Directory.Exists(source) ? Path.GetFullPath(source) : source;
}
