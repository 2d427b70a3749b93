using System.Diagnostics;
using System.Globalization;
using Fleet.Cli.Commands;

namespace Fleet.Cli.Demo;

/// <summary>Renders labelled frames of the training scene, so that a person can look at them.</summary>
internal static class TwinStage
{
    private const int Frames = 48;

    public static async Task RunAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        demo.Screen.Stage("Twin", "a warehouse that does not exist renders frames with exact labels");
        var folder = Path.Combine(demo.Stack.Folder, "twin");
        var clock = Stopwatch.StartNew();
        await demo.RunAsync(
            "twin-render",
            demo.Programs.Twin,
            ["render", demo.Programs.Scene("warehouse"), "--count", Frames.ToString(CultureInfo.InvariantCulture), "--seed", "5", "--out", folder, "--preview"],
            cancellationToken);
        demo.Report.FramesRendered += Frames;
        demo.Report.FramesRenderedPerSecond = Frames / clock.Elapsed.TotalSeconds;
        demo.Screen.Figure("frames rendered", $"{Frames}, {demo.Report.FramesRenderedPerSecond:0.0} a second with start-up");
        demo.Screen.Figure("look at them", Directory.EnumerateFiles(folder, "*preview*").FirstOrDefault() ?? folder);
    }

    /// <summary>The same scene, for the console.</summary>
    public static async Task ShowAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(demo.Stack.Folder, "scene")).FullName;
        var scene = await SceneCommands.PushAsync(demo.Client, demo.Programs.Scene("warehouse"), name: null, folder, cancellationToken);
        demo.Screen.Figure("scene", $"{scene.Name} with {scene.Worlds.Count} worlds to walk through in 3D, in the console under Scenes");
    }
}
