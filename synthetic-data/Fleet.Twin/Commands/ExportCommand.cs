using System.Globalization;
using Fleet.Contracts;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Commands;

/// <summary><c>export</c>: one frame's world as glTF, for a viewer or another renderer.</summary>
internal static class ExportCommand
{
    public static int Run(IReadOnlyList<string> words, TextWriter output)
    {
        var arguments = new Arguments("export", words, ["--frame", "--seed", "--out"], []);
        var scene = Scene.Load(arguments.Scene);
        if (scene.World == SceneWorld.NightSky)
        {
            throw new UsageException("The night sky has points and streaks but no geometry: export takes scenes of the worlds warehouse and shelf.");
        }

        var path = arguments.Text("--out");
        if (!path.EndsWith(".glb", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"--out is '{path}', but export writes binary glTF: give a name that ends in .glb.");
        }

        var frame = arguments.Whole("--frame", 0, 0);
        using var twin = new TwinRenderer(scene, arguments.Whole("--seed", 1, 0));
        var glb = twin.Export(frame);
        try
        {
            WholeFile.Write(path, glb);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(Problems.DeviceDiskFull, $"Writing {path} failed ({cause.Message}): make room or give another --out.", cause);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The world of frame {frame} and its camera are in {path}, {glb.Length / 1048576.0:F1} MiB."));
        return 0;
    }
}
