using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Scenes of the twin.</summary>
public sealed class ScenesClient
{
    private const string Root = Wire.Api + "/scenes";
    private readonly Wire _wire;

    internal ScenesClient(Wire wire) => _wire = wire;

    /// <summary>Puts a version of a scene on the server; the same scene again is the version that is there already.</summary>
    public Task<SceneResponse> PushAsync(SceneRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create(Root, request, FleetJson.Tolerant.SceneRequest), FleetJson.Tolerant.SceneResponse, cancellationToken);

    /// <summary>One page of the newest version of each scene.</summary>
    public Task<Page<SceneResponse>> PageAsync(string? cursor, int? limit, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With(Root, ("cursor", cursor), ("limit", limit))), FleetJson.Tolerant.PageSceneResponse, cancellationToken);

    /// <summary>The newest versions of a scene, at most 100, the newest first.</summary>
    public async Task<IReadOnlyList<SceneResponse>> VersionsAsync(SceneName name, CancellationToken cancellationToken) =>
        (await _wire.SendAsync(Call.Get(Call.With(Root, ("name", name))), FleetJson.Tolerant.PageSceneResponse, cancellationToken)).Items;

    /// <summary>The scene that lineage names by <paramref name="scene"/>; null where nobody pushed it.</summary>
    public async Task<SceneResponse?> FindAsync(Digest scene, CancellationToken cancellationToken)
    {
        var found = await _wire.SendAsync(Call.Get(Call.With(Root, ("scene", scene), ("limit", 1))), FleetJson.Tolerant.PageSceneResponse, cancellationToken);
        return found.Items is [var first, ..] ? first : null;
    }

    /// <summary>One version.</summary>
    public Task<SceneResponse> GetAsync(SceneName name, int number, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Path(name, number)), FleetJson.Tolerant.SceneResponse, cancellationToken);

    /// <summary>A version's text.</summary>
    public async Task<string> YamlAsync(SceneName name, int number, CancellationToken cancellationToken) =>
        System.Text.Encoding.UTF8.GetString(await _wire.SendForBytesAsync(Call.Get($"{Path(name, number)}/yaml"), cancellationToken));

    /// <summary>Where the contact sheet is, below the server's address.</summary>
    public static string SheetPath(SceneName name, int number) => $"{Path(name, number)}/sheet";

    /// <summary>Where the small picture is, a JPEG, below the server's address; only where <see cref="SceneResponse.Thumbnail"/> is Ready.</summary>
    public static string ThumbnailPath(SceneName name, int number) => $"{Path(name, number)}/thumbnail";

    /// <summary>Where a version's text is, below the server's address.</summary>
    public static string YamlPath(SceneName name, int number) => $"{Path(name, number)}/yaml";

    /// <summary>Where a world is, below the server's address; worlds count from 0.</summary>
    public static string WorldPath(SceneName name, int number, int at) => FormattableString.Invariant($"{Path(name, number)}/worlds/{at}");

    private static string Path(SceneName name, int number) => FormattableString.Invariant($"{Root}/{name}/{number}");
}
