using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Twin.Own;
using YamlDotNet.RepresentationModel;

namespace Fleet.Twin.Scenes;

/// <summary>Lists of groups, and fields that name a file of the user's.</summary>
internal sealed partial class SceneMap
{
    /// <summary>Nothing is read: only what could be said is written down.</summary>
    public bool IsSchema => schema is not null;

    /// <summary>The way to this mapping, with a full stop at its end.</summary>
    public string Prefix => prefix;

    /// <summary>A list of groups of fields; empty where it is left out.</summary>
    /// <param name="read">Null for a schema alone.</param>
    public IReadOnlyList<T> Items<T>(string key, int most, Func<SceneMap, T?> read) where T : class
    {
        if (schema is not null)
        {
            var fields = new JsonObject();
            _ = read(new SceneMap(file, "", [], fields, own));
            Note(key, SceneSchema.Items(fields, most));
        }

        return Find(key) switch
        {
            null => [],
            YamlSequenceNode { Children.Count: > 0 } list when list.Children.Count <= most && list.All(n => n is YamlMappingNode) =>
                [.. list.Select((n, i) => read(new SceneMap(file, $"{prefix}{key}[{i}].", (YamlMappingNode)n, own: own))!)],
            var other => throw Wrong(other, key, Shown(other), $"a list of 1 to {most} groups of fields, each begun with '- '"),
        };
    }

    /// <summary>A length or a range of lengths that may be left out.</summary>
    public Interval? Measure(string key, float least, float most)
    {
        var given = Find(key) is not null;
        var span = Interval(key, new Interval(least, least), least, most);
        schema?[key]?.AsObject().Remove("default");
        return given ? span : null;
    }

    /// <summary>A picture of the user's; null where it is left out.</summary>
    public Picture? Picture(string key, bool trim) => File(key) is not { } name ? null : Kept(key, belongings =>
    {
        var picture = Own.Picture.Read(belongings.Read(belongings.Find(name)));
        return trim ? picture.Trimmed() : picture;
    });

    /// <summary>An asset of the user's; null where it is left out.</summary>
    public Asset? Asset(string key, AssetPose pose) =>
        File(key) is not { } name ? null : Kept(key, belongings => AssetReader.Read(belongings.Find(name), pose, belongings));

    /// <summary>Runs what may find a file unfit, and says then in which line it is named.</summary>
    public T Kept<T>(string key, Func<Belongings, T> read)
    {
        try
        {
            return read(own ?? throw new InvalidOperationException("A scene without a folder names no files."));
        }
        catch (UnfitFileException cause)
        {
            var at = Find(key) ?? node;
            throw new ProblemException(Problems.SceneInvalid, $"{file}, line {at.Start.Line}: the field '{prefix}{key}' names '{Shown(at)}', {cause.Message}.", cause);
        }
    }

    private string? File(string key)
    {
        var name = Text(key, "");
        return name.Length == 0 ? null : name;
    }
}
