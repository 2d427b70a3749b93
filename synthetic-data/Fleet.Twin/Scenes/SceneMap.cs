using System.Globalization;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Twin.Own;
using YamlDotNet.RepresentationModel;

namespace Fleet.Twin.Scenes;

/// <summary>One mapping of a scene file, read strictly: <see cref="Close"/> refuses what nobody asked for.</summary>
/// <param name="schema">Where the fields that are asked for are written down; null where nobody wants to know.</param>
/// <param name="own">The files that the scene names; null where it can name none.</param>
internal sealed partial class SceneMap(string file, string prefix, YamlMappingNode node, JsonObject? schema = null, Belongings? own = null)
{
    private readonly List<string> _known = [];

    /// <summary>The file says nothing here.</summary>
    public bool IsEmpty => node.Children.Count == 0;

    /// <summary>A mapping without a field, where every field has its standard value.</summary>
    public SceneMap Nothing() => new(file, prefix, []);

    public SceneMap Map(string key)
    {
        var fields = schema is null ? null : new JsonObject();
        if (fields is not null)
        {
            Note(key, SceneSchema.Map(fields));
        }

        return Find(key) switch
        {
            null => new SceneMap(file, $"{prefix}{key}.", [], fields, own),
            YamlMappingNode map => new SceneMap(file, $"{prefix}{key}.", map, fields, own),
            var other => throw Wrong(other, key, Shown(other), "fields of its own, indented below it"),
        };
    }

    public Interval Interval(string key, Interval standard, float least, float most)
    {
        Note(key, SceneSchema.Interval(standard, least, most));
        var wanted = string.Create(CultureInfo.InvariantCulture, $"a number or [low, high] from {least} to {most}");
        switch (Find(key))
        {
            case null:
                return standard;
            case YamlScalarNode scalar:
                var single = Number(scalar, key, wanted, least, most);
                return new Interval(single, single);
            case YamlSequenceNode { Children.Count: 2 } pair:
                var span = new Interval(Number(pair[0], key, wanted, least, most), Number(pair[1], key, wanted, least, most));
                return span.Low <= span.High ? span : throw Wrong(pair, key, Shown(pair), wanted + ", the lower one first");
            case var other:
                throw Wrong(other, key, Shown(other), wanted);
        }
    }

    public float Number(string key, float standard, float least, float most)
    {
        Note(key, SceneSchema.Number(standard, least, most));
        var wanted = string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}");
        return Find(key) is { } given ? Number(given, key, wanted, least, most) : standard;
    }

    public int Whole(string key, int standard, int least, int most)
    {
        Note(key, SceneSchema.Whole(standard, least, most));
        var wanted = $"a whole number from {least} to {most}";
        if (Find(key) is not { } given)
        {
            return standard;
        }

        var number = Number(given, key, wanted, least, most);
        return number == MathF.Floor(number) ? (int)number : throw Wrong(given, key, Shown(given), wanted);
    }

    /// <summary>A list of weights, at least one of them above 0.</summary>
    public IReadOnlyList<float> Weights(string key, IReadOnlyList<float> standard, int most)
    {
        Note(key, SceneSchema.Weights(standard, most));
        var wanted = $"a list of 1 to {most} numbers from 0 to 1000, not all 0";
        switch (Find(key))
        {
            case null:
                return standard;
            case YamlSequenceNode { Children.Count: > 0 } list when list.Children.Count <= most:
                var weights = list.Children.Select(n => Number(n, key, wanted, 0, 1000)).ToList();
                return weights.Sum() > 0 ? weights : throw Wrong(list, key, Shown(list), wanted);
            case var other:
                throw Wrong(other, key, Shown(other), wanted);
        }
    }

    /// <summary>One of a few words.</summary>
    public T Choice<T>(string key, T standard, IReadOnlyDictionary<string, T> words)
    {
        Note(key, SceneSchema.Choice(words.Keys));
        return Find(key) switch
        {
            null => standard,
            YamlScalarNode { Value: { } word } when words.TryGetValue(word, out var chosen) => chosen,
            var other => throw Wrong(other, key, Shown(other), $"one of {string.Join(", ", words.Keys)}"),
        };
    }

    public string Text(string key, string standard)
    {
        Note(key, SceneSchema.Text(standard));
        return Find(key) switch
        {
            null => standard,
            YamlScalarNode { Value.Length: > 0 } scalar => scalar.Value,
            var other => throw Wrong(other, key, Shown(other), "a word"),
        };
    }

    /// <summary>Refuses every field that was not asked for.</summary>
    public void Close()
    {
        foreach (var key in node.Children.Keys)
        {
            var name = Shown(key);
            if (!_known.Contains(name))
            {
                throw new ProblemException(
                    Problems.SceneInvalid,
                    $"{file}, line {key.Start.Line}: the field '{prefix}{name}' is not known here; allowed are {string.Join(", ", _known)}.");
            }
        }
    }

    public ProblemException Refuse(string key, string sentence) =>
        new(Problems.SceneInvalid, $"{file}, line {(Find(key) ?? node).Start.Line}: {sentence}");

    private static string Shown(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode list => $"[{string.Join(", ", list.Select(Shown))}]",
        _ => "a group of fields",
    };

    private void Note(string key, JsonObject field)
    {
        if (schema is not null)
        {
            schema[key] = field;
        }
    }

    private YamlNode? Find(string key)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }

        return node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    private float Number(YamlNode given, string key, string wanted, float least, float most)
    {
        var read = float.TryParse((given as YamlScalarNode)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return read && number >= least && number <= most ? number : throw Wrong(given, key, Shown(given), wanted);
    }

    private ProblemException Wrong(YamlNode at, string key, string given, string wanted) =>
        new(Problems.SceneInvalid, $"{file}, line {at.Start.Line}: the field '{prefix}{key}' is '{given}', but must be {wanted}.");
}
