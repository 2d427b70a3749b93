using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Puts a version of a scene on the server, whose files were uploaded as blobs before. The same scene twice is one version.</summary>
/// <param name="Name">Of which scene it is a version; made when new.</param>
/// <param name="Scene">What the twin calls this scene: the digest of its file, of what it extends and of its pictures. Lineage names it.</param>
/// <param name="Yaml">Its text, UTF-8; what it extends follows as further documents.</param>
/// <param name="Sheet">Frames with their boxes on one PNG.</param>
/// <param name="Worlds">Binary glTF 2.0, at most 8; empty where a world has no geometry.</param>
/// <param name="Facts">What was counted when it was made.</param>
public sealed record SceneRequest(
    SceneName Name,
    Digest Scene,
    Digest Yaml,
    Digest Sheet,
    IReadOnlyList<WorldUpload> Worlds,
    SceneFacts Facts);

/// <summary>One world of a scene, uploaded before.</summary>
/// <param name="Name">Shown to people.</param>
/// <param name="Digest">Its blob.</param>
public sealed record WorldUpload([property: StringLength(64, MinimumLength = 1)] string Name, Digest Digest);

/// <summary>One world of a scene, as the server looked into it.</summary>
/// <param name="Name">Shown to people.</param>
/// <param name="File">Its blob.</param>
/// <param name="Cameras">How many cameras stand in it.</param>
public sealed record SceneWorldFile(string Name, BlobRef File, int Cameras);

/// <summary>What the twin counted on the frames of the sheet, and what the scene says.</summary>
/// <param name="World">Kind of place, such as <c>warehouse</c>.</param>
/// <param name="Frames">How many frames were rendered and counted.</param>
/// <param name="Classes">Every class, with its boxes on these frames.</param>
/// <param name="Camera">Through what it is seen.</param>
/// <param name="Knobs">What the file sets, path by path, at most 400.</param>
public sealed record SceneFacts(
    [property: StringLength(64, MinimumLength = 1)] string World,
    [property: Range(1, 1000)] int Frames,
    IReadOnlyList<SceneClass> Classes,
    SceneCamera Camera,
    IReadOnlyList<SceneKnob> Knobs);

/// <summary>How often a class was seen.</summary>
/// <param name="Name">The class.</param>
/// <param name="Boxes">On all frames that were counted.</param>
public sealed record SceneClass([property: StringLength(64, MinimumLength = 1)] string Name, [property: Range(0, 10_000_000)] int Boxes);

/// <summary>The camera of a scene.</summary>
/// <param name="WidthPx">Of a frame.</param>
/// <param name="HeightPx">Of a frame.</param>
/// <param name="FovDegrees">Least and largest vertical field of view; null where a world has none.</param>
/// <param name="Poses">How many fixed cameras look at the place; 0 where every frame has another.</param>
public sealed record SceneCamera(
    [property: Range(1, 20_000)] int WidthPx,
    [property: Range(1, 20_000)] int HeightPx,
    IReadOnlyList<double>? FovDegrees,
    [property: Range(0, 1000)] int Poses);

/// <summary>One field of a scene.</summary>
/// <param name="Path">As in <c>light.key</c>.</param>
/// <param name="Text">Its value, a range as <c>1.6 to 2.6</c>.</param>
public sealed record SceneKnob([property: StringLength(120, MinimumLength = 1)] string Path, [property: StringLength(200)] string Text);

/// <summary>An immutable version of a scene.</summary>
/// <param name="Name">Which scene.</param>
/// <param name="Number">Counts from 1.</param>
/// <param name="Scene">What lineage calls it.</param>
/// <param name="Yaml">Its text.</param>
/// <param name="Sheet">Its contact sheet, PNG.</param>
/// <param name="SheetSize">Of the contact sheet, px.</param>
/// <param name="Worlds">What can be seen in 3D.</param>
/// <param name="Facts">What was counted.</param>
/// <param name="CreatedAt">When it was pushed.</param>
/// <param name="CreatedBy">Who pushed it.</param>
/// <param name="Thumbnail">Whether a small picture of it can be had.</param>
public sealed record SceneResponse(
    SceneName Name,
    int Number,
    Digest Scene,
    BlobRef Yaml,
    BlobRef Sheet,
    PictureSize SheetSize,
    IReadOnlyList<SceneWorldFile> Worlds,
    SceneFacts Facts,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    SceneThumbnail Thumbnail = SceneThumbnail.Making);

/// <summary>How far the small picture of a scene is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SceneThumbnail>))]
public enum SceneThumbnail
{
    /// <summary>The server makes it; a change of the kind <c>scene</c> says when to look again.</summary>
    Making,

    /// <summary>It is there.</summary>
    Ready,

    /// <summary>It could not be made.</summary>
    None,
}

/// <summary>Size of a picture.</summary>
/// <param name="WidthPx">Columns.</param>
/// <param name="HeightPx">Rows.</param>
public sealed record PictureSize(int WidthPx, int HeightPx);

/// <summary>What <c>fleet-twin pack</c> writes as <c>scene.json</c> beside <see cref="YamlFile"/> and <see cref="SheetFile"/>.</summary>
/// <param name="Name">Name of the scene's file without folder and ending.</param>
/// <param name="Scene">Digest that lineage names.</param>
/// <param name="Worlds">Name of each world, by its file in the folder.</param>
/// <param name="Facts">What was counted.</param>
public sealed record ScenePack(string Name, Digest Scene, IReadOnlyDictionary<string, string> Worlds, SceneFacts Facts)
{
    /// <summary>Name of this description in the folder.</summary>
    public const string File = "scene.json";

    /// <summary>Name of the text in the folder.</summary>
    public const string YamlFile = "scene.yaml";

    /// <summary>Name of the contact sheet in the folder.</summary>
    public const string SheetFile = "sheet.png";
}
