using Fleet.Contracts;
using YamlDotNet.RepresentationModel;

namespace Fleet.Twin.Scenes;

/// <summary>A scene in words and figures, for people.</summary>
internal static class SceneText
{
    private const int MostKnobs = 400;
    private const int Longest = 200;

    /// <summary>The scene's own file, then what it extends, each as a document of its own.</summary>
    public static string Of(SceneSource source) => string.Join(
        "\n",
        source.Files.Select((file, at) => at == 0 ? File.ReadAllText(file) : $"---\n# {Path.GetFileName(file)}, which is extended above\n{File.ReadAllText(file)}"));

    /// <param name="scene">The scene.</param>
    /// <param name="source">Its text.</param>
    /// <param name="frames">How many frames were rendered.</param>
    /// <param name="seen">What could be seen on them.</param>
    public static SceneFacts Facts(Scene scene, SceneSource source, int frames, IReadOnlyCollection<TwinAnnotation> seen)
    {
        var fov = scene.World == SceneWorld.NightSky ? null : new double[] { scene.Camera.FovDegrees.Low, scene.Camera.FovDegrees.High };
        return new SceneFacts(
            Named(scene.World),
            frames,
            [.. scene.Classes.Select(c => new SceneClass(c, seen.Count(b => b.Label == c)))],
            new SceneCamera(scene.Camera.Width, scene.Camera.Height, fov, scene.Layouts.Site > 0 ? scene.Site.Poses : 0),
            [.. Knobs("", source.Root).Take(MostKnobs)]);
    }

    private static string Named(SceneWorld world) => world == SceneWorld.NightSky ? "night-sky" : world.ToString().ToLowerInvariant();

    private static IEnumerable<SceneKnob> Knobs(string path, YamlNode node) => node switch
    {
        YamlMappingNode map => map.Children.SelectMany(c => Knobs(path.Length == 0 ? Text(c.Key) : $"{path}.{Text(c.Key)}", c.Value)),
        YamlSequenceNode { Children: [YamlScalarNode low, YamlScalarNode high] } when IsNumber(low) && IsNumber(high) => [Knob(path, $"{low.Value} to {high.Value}")],
        YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode) => [Knob(path, string.Join(", ", list.Children.Select(Text)))],
        YamlSequenceNode list => [Knob(path, $"{list.Children.Count} entries")],
        _ => [Knob(path, Text(node))],
    };

    private static SceneKnob Knob(string path, string text) => new(Cut(path, 120), Cut(text, Longest));

    private static string Text(YamlNode node) => new([.. ((node as YamlScalarNode)?.Value ?? "").Select(c => char.IsControl(c) ? ' ' : c)]);

    private static bool IsNumber(YamlScalarNode node) =>
        double.TryParse(node.Value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _);

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";
}
