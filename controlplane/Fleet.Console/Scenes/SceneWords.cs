using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Console.Scenes;

/// <summary>A scene's figures as sentences.</summary>
internal static class SceneWords
{
    public static string Alt(SceneResponse scene) => $"Frames of {scene.Name} with a box around everything that is labelled";

    public static string Classes(SceneFacts facts)
    {
        var names = facts.Classes.Select(c => c.Name).ToList();
        return names.Count <= 8 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(7))} and {names.Count - 7} more";
    }

    public static string BoxesPerFrame(SceneFacts facts) =>
        $"{(facts.Classes.Sum(c => (double)c.Boxes) / facts.Frames).ToString("0.0", CultureInfo.InvariantCulture)} boxes a frame";

    public static string PerFrame(SceneClass one, SceneFacts facts) => ((double)one.Boxes / facts.Frames).ToString("0.0", CultureInfo.InvariantCulture);

    public static string Worlds(SceneResponse scene) => scene.Worlds.Count switch
    {
        0 => "no geometry",
        1 => "1 world in 3D",
        var count => $"{count} worlds in 3D",
    };

    public static string Camera(SceneCamera camera)
    {
        var fov = camera.FovDegrees is [var low, var high]
            ? $", {low.ToString("0.#", CultureInfo.InvariantCulture)}{(high > low ? $" to {high.ToString("0.#", CultureInfo.InvariantCulture)}" : "")}° high"
            : "";
        return $"{camera.WidthPx} × {camera.HeightPx} px{fov}; {(camera.Poses == 0 ? "another place for every frame" : camera.Poses == 1 ? "one fixed camera" : $"{camera.Poses} fixed cameras")}";
    }
}
