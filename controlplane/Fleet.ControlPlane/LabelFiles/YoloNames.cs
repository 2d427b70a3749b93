using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fleet.ControlPlane.LabelFiles;

/// <summary>The names of classes in a <c>data.yaml</c> that may be hostile. It is read as it comes and no tree is made of it, so that however deep it is nested costs nothing.</summary>
internal static class YoloNames
{
    private const int MaxChars = 256 << 10;

    /// <returns>Names by their numbers; empty where the text is YAML, but not one document of fields with <c>names</c> among them.</returns>
    /// <exception cref="YamlException">It is no YAML.</exception>
    /// <exception cref="FormatException">It is too long, or what it calls names are none.</exception>
    public static Dictionary<int, string> Read(string text)
    {
        if (text.Length > MaxChars)
        {
            throw new FormatException($"it has more than {MaxChars} characters");
        }

        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _) || !parser.TryConsume<MappingStart>(out _))
        {
            return [];
        }

        Dictionary<int, string>? names = null;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!Is(parser, "names"))
            {
                parser.SkipThisAndNestedEvents();
            }
            else if (names is null)
            {
                names = Names(parser);
            }
            else
            {
                throw new FormatException("'names' stands in it twice");
            }
        }

        parser.Consume<DocumentEnd>();
        return parser.TryConsume<StreamEnd>(out _) ? names ?? [] : [];
    }

    /// <summary>Takes a key, and says whether it is this one.</summary>
    private static bool Is(Parser parser, string key)
    {
        if (parser.TryConsume<YamlDotNet.Core.Events.Scalar>(out var scalar))
        {
            return scalar.Value == key;
        }

        parser.SkipThisAndNestedEvents();
        return false;
    }

    private static Dictionary<int, string> Names(Parser parser)
    {
        var names = new Dictionary<int, string>();
        if (parser.TryConsume<SequenceStart>(out _))
        {
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                names.Add(names.Count, Text(parser));
            }

            return names;
        }

        if (!parser.TryConsume<MappingStart>(out _))
        {
            parser.SkipThisAndNestedEvents();
            return names;
        }

        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = Text(parser);
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !names.TryAdd(number, Text(parser)))
            {
                throw new FormatException($"the class '{key}' is no number, or stands in it twice");
            }
        }

        return names;
    }

    private static string Text(Parser parser) => parser.TryConsume<YamlDotNet.Core.Events.Scalar>(out var scalar)
        ? scalar.Value
        : throw new FormatException($"line {parser.Current!.Start.Line}: 'names' is a list of names, or a name for each number");
}
