using System.Text.Json;
using Fleet.Contracts;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Commands;

/// <summary><c>pack</c>: everything that a person wants to see of a scene, in a folder: its text, a sheet of frames, worlds in 3D, what was counted.</summary>
internal static class PackCommand
{
    private const int Frames = 24;
    private const int Worlds = 3;

    public static int Run(IReadOnlyList<string> words, TextWriter output)
    {
        var arguments = new Arguments("pack", words, ["--seed", "--out"], []);
        var scene = Scene.Load(arguments.Scene);
        var folder = arguments.Text("--out");
        var source = SceneSource.Load(SceneFiles.Find(arguments.Scene));
        using var twin = new TwinRenderer(scene, arguments.Whole("--seed", 1, 0));
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, ScenePack.YamlFile), SceneText.Of(source));
            var boxes = Sheet(twin, Path.Combine(folder, ScenePack.SheetFile));
            var pack = new ScenePack(scene.Name, Digest.Parse(scene.Digest), ExportTo(twin, folder), SceneText.Facts(scene, source, Frames, boxes));
            WholeFile.Write(Path.Combine(folder, ScenePack.File), JsonSerializer.SerializeToUtf8Bytes(pack, FleetJson.Strict.ScenePack));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(Problems.DeviceDiskFull, $"Writing to {folder} failed ({cause.Message}): make room or give another --out.", cause);
        }

        output.WriteLine($"{scene.Name} is packed in {folder}.");
        return 0;
    }

    /// <summary>Neighbouring frames share products or a pointing: every tenth shows more of the world.</summary>
    private static long Stride(Scene scene) => scene.Layouts.Site > 0 ? 1 : 10;

    private static List<TwinAnnotation> Sheet(TwinRenderer twin, string path)
    {
        var boxes = new List<TwinAnnotation>();
        using var sheet = new ContactSheet(Frames, twin.Scene);
        for (var i = 0; i < Frames; i++)
        {
            var frame = twin.Render(i * Stride(twin.Scene));
            sheet.Add(frame);
            boxes.AddRange(frame.Annotations);
        }

        using var picture = sheet.Encode();
        WholeFile.Write(path, picture.AsSpan());
        return boxes;
    }

    private static SortedDictionary<string, string> ExportTo(TwinRenderer twin, string folder)
    {
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (twin.Scene.World == SceneWorld.NightSky)
        {
            return names;
        }

        // a fixed place is one world with all its cameras
        var count = twin.Scene.Layouts.Site > 0 ? 1 : Worlds;
        for (var i = 0; i < count; i++)
        {
            var file = $"world-{i + 1}.glb";
            WholeFile.Write(Path.Combine(folder, file), twin.Export(i * Stride(twin.Scene)));
            names[file] = count == 1 ? "The place" : $"Frame {i * Stride(twin.Scene)}";
        }

        return names;
    }
}
