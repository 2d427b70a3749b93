using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Contracts;

namespace Fleet.Training.Evaluation.Results;

/// <summary>A figure beside the one that was expected.</summary>
internal sealed record Compared(string Name, double? Ours, double? Expected)
{
    // what is missing on both sides agrees; the reference writes -1 for it
    public double Difference => (Ours, Expected) switch
    {
        (null, null or -1) => 0,
        ({ } ours, { } expected) => Math.Abs(ours - expected),
        _ => double.PositiveInfinity,
    };
}

/// <summary>Holds figures against a file of expected ones, name by name; also against the file that another run wrote.</summary>
internal static class Expectation
{
    private static readonly string[] Compare = ["AP", "AP50", "AP75", "APsmall", "APmedium", "APlarge", "AR1", "AR10", "AR100", "ARsmall", "ARmedium", "ARlarge", "eleven_point", "every_point"];

    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: the file has none of the figures.</exception>
    public static IReadOnlyList<Compared> Read(string path, JsonObject ours)
    {
        try
        {
            var expected = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            var compared = Compare.Where(expected.ContainsKey).SelectMany(name => Pairs(name, ours[name], expected[name])).ToList();
            return compared.Count > 0 ? compared : throw new JsonException($"It has none of {string.Join(", ", Compare)}.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{path} holds no expected figures: {e.Message}", e);
        }
    }

    private static IEnumerable<Compared> Pairs(string name, JsonNode? ours, JsonNode? expected) => expected is JsonObject many
        ? many.Select(m => new Compared($"{name} {m.Key}", Number(ours?[m.Key]), Number(m.Value)))
        : [new Compared(name, Number(ours), Number(expected))];

    private static double? Number(JsonNode? node) => node is null ? null : double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
}
