using System.CommandLine;
using System.Text.Json;
using Fleet.Cli.Processes;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>The part of <c>fleet twin</c> that speaks to the control plane; the rest is the twin's own program.</summary>
internal static class SceneCommands
{
    public static Command Create() => new("twin", "Scenes of the twin on the control plane.") { Push() };

    /// <summary>Renders what people look at into <paramref name="folder"/>, and puts it on the server.</summary>
    public static async Task<SceneResponse> PushAsync(FleetClient client, string scene, SceneName? name, string folder, CancellationToken cancellationToken)
    {
        await ChildProcess.RunAsync("twin-pack", Programs.Find().Twin, ["pack", scene, "--out", folder], folder, onLine: null, cancellationToken);
        var pack = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(Path.Combine(folder, ScenePack.File), cancellationToken), FleetJson.Strict.ScenePack)
            ?? throw new InvalidDataException($"{folder} holds no scene: the twin wrote nothing.");
        var called = name ?? (SceneName.TryParse(pack.Name, null, out var own)
            ? own
            : throw new ProblemException(Problems.SceneInvalid, $"'{pack.Name}' cannot be a scene's name there (1 to 64 of a-z, 0-9 and -): give one with --name."));
        var worlds = new List<WorldUpload>();
        foreach (var (file, title) in pack.Worlds)
        {
            worlds.Add(new WorldUpload(title, (await UploadAsync(client, folder, file, cancellationToken)).Digest));
        }

        var yaml = await UploadAsync(client, folder, ScenePack.YamlFile, cancellationToken);
        var sheet = await UploadAsync(client, folder, ScenePack.SheetFile, cancellationToken);
        return await client.Scenes.PushAsync(new SceneRequest(called, pack.Scene, yaml.Digest, sheet.Digest, worlds, pack.Facts), cancellationToken);
    }

    private static Command Push()
    {
        var scene = new Argument<string>("scene") { Description = "A YAML file, or a shipped scene such as warehouse." };
        var name = Ask.IdOption<SceneName>("--name", "What it is called there; missing, the file's name.");
        return Ask.Server("push", "Put a scene into the console: its text, frames with boxes, its worlds in 3D.", async (client, result, cancellationToken) =>
        {
            var folder = Directory.CreateTempSubdirectory("fleet-scene-").FullName;
            try
            {
                var pushed = await PushAsync(client, result.GetValue(scene)!, result.GetValue(name), folder, cancellationToken);
                Print.Line($"{pushed.Name} is there as version {pushed.Number}, with {pushed.Worlds.Count} worlds in 3D: {new Uri(client.Address, $"/scenes/{pushed.Name}")}");
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }, scene, name);
    }

    private static Task<BlobRef> UploadAsync(FleetClient client, string folder, string file, CancellationToken cancellationToken) =>
        client.Blobs.UploadFileAsync(Path.Combine(folder, file), progress: null, cancellationToken);
}
