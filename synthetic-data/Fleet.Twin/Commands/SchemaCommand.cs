using System.Text.Json;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Commands;

/// <summary><c>schema</c>: what a scene file may say, for editors that complete and check while one types.</summary>
internal static class SchemaCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static int Run(TextWriter output)
    {
        output.WriteLine(Text());
        return 0;
    }

    public static string Text() => SceneReader.Schema().ToJsonString(Indented);
}
