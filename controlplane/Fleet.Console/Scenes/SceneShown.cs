using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Console.Scenes;

/// <summary>Everything that the page of a scene shows.</summary>
internal sealed record SceneShown(SceneResponse Scene, IReadOnlyList<SceneResponse> Versions, string Yaml, IReadOnlyList<VersionResponse> Models)
{
    public static async Task<SceneShown> LoadAsync(FleetClient client, string name, int? number, CancellationToken cancellationToken)
    {
        if (!SceneName.TryParse(name, null, out var id))
        {
            throw new ProblemException(Problems.SceneUnknown, $"'{name}' is no scene's name: wanted 1 to 64 of a-z, 0-9 and -.");
        }

        var versions = await client.Scenes.VersionsAsync(id, cancellationToken);
        if (versions.Count == 0)
        {
            throw new ProblemException(Problems.SceneUnknown, $"There is no scene {id} here. Push it: ./fleet twin push {id}");
        }

        var scene = number is { } wanted ? versions.FirstOrDefault(v => v.Number == wanted) ?? await client.Scenes.GetAsync(id, wanted, cancellationToken) : versions[0];
        var models = await client.Versions.TrainedFromAsync(scene.Scene, cancellationToken);
        return new SceneShown(scene, versions, await client.Scenes.YamlAsync(id, scene.Number, cancellationToken), models);
    }
}
