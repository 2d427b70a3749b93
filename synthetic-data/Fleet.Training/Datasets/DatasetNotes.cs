using Fleet.Twin.Scenes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Fleet.Training.Datasets;

/// <summary>What the YAML file at the top of a set says: class names as YOLO's tools have them, and Fleet's <c>box_policy</c>.</summary>
/// <param name="File">Its name; null where there is none.</param>
/// <param name="Classes">Names by number; empty where it has none.</param>
/// <param name="Policy">What boxes go around.</param>
/// <param name="Parts">Folders and lists by part, as <c>train</c>, <c>val</c> and <c>test</c> give them, below the set's folder.</param>
internal sealed record DatasetNotes(string? File, IReadOnlyList<string> Classes, BoxPolicy Policy, IReadOnlyList<(string Split, string Path)> Parts)
{
    private const int MostClasses = 100_000;
    private static readonly (string Key, string Split)[] PartKeys = [("train", "train"), ("val", "valid"), ("valid", "valid"), ("test", "test")];

    /// <summary>Reads the file; a file that is no YAML is told.</summary>
    public static DatasetNotes Read(DatasetFolder folder)
    {
        foreach (var name in folder.Files.Where(f => !f.Contains('/', StringComparison.Ordinal) && (f.EndsWith(".yaml", StringComparison.Ordinal) || f.EndsWith(".yml", StringComparison.Ordinal))))
        {
            if (Read(folder, name) is { } notes)
            {
                return notes;
            }
        }

        return new DatasetNotes(null, [], BoxPolicy.Unknown, []);
    }

    private static DatasetNotes? Read(DatasetFolder folder, string name)
    {
        try
        {
            return YamlText.Read(System.IO.File.ReadAllText(folder.At(name))) is { } root && (Find(root, "names") ?? Find(root, "box_policy")) is not null
                ? new DatasetNotes(name, Names(folder, name, Find(root, "names")), PolicyIn(folder, name, Find(root, "box_policy")), PartsIn(root))
                : null;
        }
        catch (YamlException e)
        {
            folder.Error("notes-malformed", name, $"This is not YAML: {e.Message}", (int)e.Start.Line);
            return null;
        }
    }

    /// <summary>Which part each picture belongs to, where the file says it; a list of pictures is read.</summary>
    public IReadOnlyDictionary<string, string> SplitsOf(DatasetFolder folder)
    {
        var splits = new Dictionary<string, string>();
        foreach (var (split, path) in Parts)
        {
            var below = path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
                ? folder.Files.Contains(path) ? System.IO.File.ReadLines(folder.At(path)).Select(l => folder.Find(l.Trim().Replace("./", "", StringComparison.Ordinal), path)).OfType<string>() : []
                : folder.Pictures.Where(p => p.StartsWith(path + "/", StringComparison.Ordinal));
            foreach (var picture in below)
            {
                splits[picture] = split;
            }
        }

        return splits;
    }

    private static List<(string, string)> PartsIn(YamlMappingNode root)
    {
        var parts = new List<(string, string)>();
        foreach (var (key, split) in PartKeys)
        {
            var given = Find(root, key) switch { YamlSequenceNode list => list.Select(Text), { } one => [Text(one)], null => [] };
            parts.AddRange(given.Select(Plain).Where(p => p.Length > 0).Select(p => (split, p)));
        }

        // one folder for all parts parts nothing
        return parts.Select(p => p.Item2).Distinct().Count() == parts.Count ? parts : [];
    }

    // sets move: what leads out of the folder is taken as from inside it
    private static string Plain(string path) => string.Join('/', path.Replace('\\', '/').Split('/').Where(p => p is not ("" or "." or "..")));

    private static string[] Names(DatasetFolder folder, string name, YamlNode? node)
    {
        switch (node)
        {
            case YamlSequenceNode list:
                return [.. list.Select(Text)];
            case YamlMappingNode map when map.Children.Keys.All(k => int.TryParse(Text(k), out var number) && number is >= 0 and < MostClasses):
                // numbers may be left out: those have no name
                var names = map.Children.ToDictionary(c => int.Parse(Text(c.Key), System.Globalization.CultureInfo.InvariantCulture), c => Text(c.Value));
                return [.. Enumerable.Range(0, names.Count == 0 ? 0 : names.Keys.Max() + 1).Select(i => names.GetValueOrDefault(i, ""))];
            case null:
                return [];
            default:
                folder.Error("notes-malformed", name, "names must be a list of class names, or numbers from 0 with a name each.", (int)node.Start.Line);
                return [];
        }
    }

    private static BoxPolicy PolicyIn(DatasetFolder folder, string name, YamlNode? node)
    {
        if (node is null)
        {
            return BoxPolicy.Unknown;
        }

        if (Policies.TryParse(Text(node), out var policy))
        {
            return policy;
        }

        folder.Error("notes-malformed", name, $"box_policy is '{Text(node)}', wanted is modal or amodal.", (int)node.Start.Line);
        return BoxPolicy.Unknown;
    }

    private static YamlNode? Find(YamlMappingNode root, string key) => root.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private static string Text(YamlNode node) => (node as YamlScalarNode)?.Value ?? "";
}

/// <summary>Policies by name.</summary>
internal static class Policies
{
    /// <summary>Reads <c>modal</c> or <c>amodal</c>.</summary>
    public static bool TryParse(string? text, out BoxPolicy policy)
    {
        policy = text switch { "modal" => BoxPolicy.Modal, "amodal" => BoxPolicy.Amodal, _ => BoxPolicy.Unknown };
        return policy != BoxPolicy.Unknown;
    }

    /// <summary>The name; null for a set that does not say.</summary>
    public static string? Name(this BoxPolicy policy) => policy == BoxPolicy.Unknown ? null : policy.ToString().ToLowerInvariant();
}
