using System.Globalization;
using Fleet.Contracts;
using YamlDotNet.RepresentationModel;

namespace Fleet.Training.Recipes;

/// <summary>One mapping of a recipe, read strictly: <see cref="Close"/> refuses what nobody asked for.</summary>
internal sealed class RecipeMap(string file, string prefix, YamlMappingNode node)
{
    private readonly List<string> _known = [];

    public bool Has(string key) => Find(key) is not null;

    public RecipeMap Map(string key) => Find(key) switch
    {
        null => new RecipeMap(file, $"{prefix}{key}.", []),
        YamlMappingNode map => new RecipeMap(file, $"{prefix}{key}.", map),
        var other => throw Wrong(other, key, "fields of its own, indented below it"),
    };

    public IReadOnlyList<RecipeMap> Maps(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => [.. list.Select((item, i) => item is YamlMappingNode map
            ? new RecipeMap(file, $"{prefix}{key}[{i}].", map)
            : throw Wrong(item, key, "a list whose entries have fields"))],
        var other => throw Wrong(other, key, "a list"),
    };

    public IReadOnlyList<string> Texts(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list when list.All(i => i is YamlScalarNode { Value.Length: > 0 }) => [.. list.Select(i => ((YamlScalarNode)i).Value!)],
        var other => throw Wrong(other, key, "a list of words, as in [box, can]"),
    };

    public string Text(string key, string? standard) => Find(key) switch
    {
        null => standard ?? throw Missing(key),
        YamlScalarNode { Value.Length: > 0 } scalar => scalar.Value,
        var other => throw Wrong(other, key, "a word"),
    };

    public double Number(string key, double? standard, double least, double most)
    {
        if (Find(key) is not { } given)
        {
            return standard ?? throw Missing(key);
        }

        var read = double.TryParse((given as YamlScalarNode)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return read && number >= least && number <= most
            ? number
            : throw Wrong(given, key, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
    }

    public int Whole(string key, int? standard, int least, int most)
    {
        if (Find(key) is not { } given)
        {
            return standard ?? throw Missing(key);
        }

        var read = int.TryParse((given as YamlScalarNode)?.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        return read && number >= least && number <= most ? number : throw Wrong(given, key, $"a whole number from {least} to {most}");
    }

    /// <summary>Refuses every field that was not asked for.</summary>
    public void Close()
    {
        foreach (var key in node.Children.Keys)
        {
            if (!_known.Contains(Shown(key)))
            {
                throw At(key, $"the field '{prefix}{Shown(key)}' is not known here; allowed are {string.Join(", ", _known)}.");
            }
        }
    }

    /// <summary>A sentence about <paramref name="key"/>, with its line.</summary>
    public ProblemException Wrong(string key, string wanted) => Find(key) is { } given ? Wrong(given, key, wanted) : Missing(key);

    private ProblemException Missing(string key) => At(node, $"the field '{prefix}{key}' is missing.");

    private ProblemException Wrong(YamlNode at, string key, string wanted) =>
        At(at, $"the field '{prefix}{key}' is '{Shown(at)}', but must be {wanted}.");

    private ProblemException At(YamlNode at, string sentence) => new(Problems.RecipeInvalid, $"{file}, line {Math.Max(1, at.Start.Line)}: {sentence}");

    private YamlNode? Find(string key)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }

        return node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    private static string Shown(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode list => $"[{string.Join(", ", list.Select(Shown))}]",
        _ => "a group of fields",
    };
}
