using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Fleet.Twin.Scenes;

/// <summary>Reads the YAML files that people and programs hand in, which may be hostile.</summary>
public static class YamlText
{
    /// <summary>Lists and maps inside each other that are read at most.</summary>
    public const int MaxDepth = 32;

    /// <summary>Characters that are read at most.</summary>
    public const int MaxChars = 4 << 20;

    /// <summary>Reads one document of fields.</summary>
    /// <param name="text">At most <see cref="MaxChars"/> long.</param>
    /// <returns>Null where the text is YAML, but not one document of fields.</returns>
    /// <exception cref="YamlException">The text is no YAML, is too long or nested too deep; says where.</exception>
    public static YamlMappingNode? Read(string text)
    {
        var stream = new YamlStream();
        try
        {
            RequireShallow(text);
            stream.Load(new StringReader(text));
        }
        catch (Exception cause) when (cause is InvalidOperationException or ArgumentException)
        {
            // what the library throws for some text that is no YAML, without a place
            throw new YamlException($"{cause.Message.TrimEnd('.')}; look for a bracket, brace or quote that is not closed", cause);
        }

        return stream.Documents is [{ RootNode: YamlMappingNode root }] ? root : null;
    }

    // what makes a tree of the text goes down into it call by call: a hostile depth would end the process
    private static void RequireShallow(string text)
    {
        if (text.Length > MaxChars)
        {
            throw new YamlException($"the file is longer than {MaxChars} characters");
        }

        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth)
            {
                throw new YamlException(parser.Current.Start, parser.Current.End, $"lists and maps are nested deeper than {MaxDepth}");
            }
        }
    }
}
