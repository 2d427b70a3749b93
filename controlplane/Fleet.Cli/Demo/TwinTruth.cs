using System.Globalization;
using System.Text.Json;
using System.Web;
using Fleet.Cli.Processes;
using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>The twin's own ground truth, which plays the person who labels.</summary>
internal sealed class TwinTruth(DemoStack stack)
{
    /// <summary>True boxes of frames that a <c>twin:</c> camera showed.</summary>
    /// <param name="source">The camera's source.</param>
    /// <param name="frames">Frame numbers of the source.</param>
    public async Task<IReadOnlyDictionary<long, IReadOnlyList<Annotation>>> OfAsync(string source, IEnumerable<long> frames, CancellationToken cancellationToken)
    {
        var (scene, seed) = Read(source);
        var output = await ChildProcess.RunAsync(
            "truth",
            stack.Programs.Twin,
            ["truth", scene, "--seed", seed, "--frames", string.Join(',', frames.Select(f => f.ToString(CultureInfo.InvariantCulture)))],
            stack.Logs,
            onLine: null,
            cancellationToken);
        var truth = JsonSerializer.Deserialize(output, TruthJson.Default.Truth) ?? throw new InvalidDataException("The twin told no truth.");
        return truth.Frames.ToDictionary(t => t.Index, t => t.Annotations);
    }

    private static (string Scene, string Seed) Read(string source)
    {
        var parts = source["twin:".Length..].Split('?', 2);
        var seed = parts.Length > 1 ? HttpUtility.ParseQueryString(parts[1])["seed"] : null;
        return (parts[0], seed ?? "1");
    }
}

/// <summary>What <c>fleet-twin truth</c> prints, as far as the demo reads it.</summary>
internal sealed record Truth(IReadOnlyList<TruthFrame> Frames);

/// <summary>One frame of it.</summary>
internal sealed record TruthFrame(long Index, IReadOnlyList<Annotation> Annotations);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[System.Text.Json.Serialization.JsonSerializable(typeof(Truth))]
internal sealed partial class TruthJson : System.Text.Json.Serialization.JsonSerializerContext;
