using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Commands;

/// <summary><c>truth</c>: what is in some frames, as JSON; stands in for the person who labels.</summary>
internal static class TruthCommand
{
    public static int Run(IReadOnlyList<string> words, TextWriter output)
    {
        var arguments = new Arguments("truth", words, ["--seed", "--frames"], []);
        if (!arguments.Has("--frames"))
        {
            throw new UsageException("truth wants --frames with frame numbers, such as --frames 3,17.");
        }

        var scene = Scene.Load(arguments.Scene);
        var seed = arguments.Whole("--seed", 1, 0);
        using var twin = new TwinRenderer(scene, seed);
        var frames = new List<TruthFrame>();
        foreach (var index in arguments.Frames())
        {
            frames.Add(new TruthFrame(index, [.. twin.Annotate(index)]));
        }

        output.WriteLine(JsonSerializer.Serialize(new Truth(scene.Name, scene.Digest, seed, scene.Camera.Width, scene.Camera.Height, frames), TruthJson.Default.Truth));
        return 0;
    }
}

internal sealed record Truth(string Scene, string SceneDigest, long Seed, int Width, int Height, List<TruthFrame> Frames);

internal sealed record TruthFrame(long Index, List<TwinAnnotation> Annotations);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Truth))]
[JsonSerializable(typeof(Box))]
internal sealed partial class TruthJson : JsonSerializerContext;
