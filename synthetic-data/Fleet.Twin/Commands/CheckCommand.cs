using Fleet.Twin.Scenes;

namespace Fleet.Twin.Commands;

/// <summary><c>check</c>: reads a scene strictly and says what it is.</summary>
internal static class CheckCommand
{
    public static int Run(IReadOnlyList<string> words, TextWriter output)
    {
        var scene = Scene.Load(new Arguments("check", words, [], []).Scene);
        output.WriteLine($"{scene.Name} is in order: {scene.Camera.Width}x{scene.Camera.Height}, {(scene.Classes.Count == 1 ? "class" : "classes")} {string.Join(", ", scene.Classes)}, {scene.Digest}.");
        return 0;
    }
}
