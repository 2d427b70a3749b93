using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;

namespace Fleet.ControlPlane.Scenes;

/// <summary>Looks into the files of a scene before anybody is shown them.</summary>
internal sealed class SceneInspector(BlobStore blobs)
{
    private const int MaxYamlBytes = 256 << 10;
    private const int MaxSheetBytes = 24 << 20;
    private const int MaxWorldBytes = 64 << 20;
    private const int MaxWorlds = 8;
    private const int MaxText = 200;

    /// <returns>Version 1 of the scene; the catalogue sets the number.</returns>
    /// <exception cref="ProblemException">A file is missing or cannot be shown.</exception>
    public async Task<SceneResponse> InspectAsync(SceneRequest request, DateTimeOffset at, string by, CancellationToken cancellationToken)
    {
        CheckFacts(request.Facts);
        Require(request.Worlds.Count <= MaxWorlds, $"It has {request.Worlds.Count} worlds; at most {MaxWorlds} are taken.");
        var (yaml, text) = await ReadAsync(request.Yaml, "text", MaxYamlBytes, cancellationToken);
        CheckText(text);
        var (sheet, png) = await ReadAsync(request.Sheet, "contact sheet", MaxSheetBytes, cancellationToken);
        var size = PngCheck.Read(png);
        var worlds = new List<SceneWorldFile>();
        foreach (var world in request.Worlds)
        {
            Require(IsText(world.Name), "The name of a world must have 1 to 200 characters that can be shown.");
            var (file, glb) = await ReadAsync(world.Digest, $"world '{world.Name}'", MaxWorldBytes, cancellationToken);
            worlds.Add(new SceneWorldFile(world.Name, file, GlbCheck.Read(world.Name, glb)));
        }

        return new SceneResponse(request.Name, Number: 1, request.Scene, yaml, sheet, size, worlds, request.Facts, at, by);
    }

    private async Task<(BlobRef Blob, byte[] Bytes)> ReadAsync(Digest digest, string what, int maxBytes, CancellationToken cancellationToken)
    {
        var blob = blobs.Get(digest);
        Require(blob.SizeBytes <= maxBytes, $"The {what} has {blob.SizeBytes} bytes; at most {maxBytes} are taken.");
        return (blob, await File.ReadAllBytesAsync(blobs.PathOf(digest), cancellationToken));
    }

    private static void CheckText(byte[] yaml)
    {
        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(yaml);
            Require(text.Length > 0 && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')), "The text is empty or has control characters; a scene is a YAML file.");
        }
        catch (DecoderFallbackException e)
        {
            throw new ProblemException(Problems.SceneInvalid, "The text is not UTF-8; a scene is a YAML file.", e);
        }
    }

    // what validation of the request cannot say: nested and counted
    private static void CheckFacts(SceneFacts facts)
    {
        Require(facts.Classes.Count is > 0 and <= 200 && facts.Knobs.Count <= 400, "A scene has 1 to 200 classes and at most 400 knobs.");
        Require(IsText(facts.World) && facts.Classes.All(c => IsText(c.Name)) && facts.Knobs.All(k => IsText(k.Path) && k.Text.Length <= MaxText), $"Names and values of a scene have at most {MaxText} characters that can be shown.");
        Require(facts.Frames > 0 && facts.Classes.All(c => c.Boxes >= 0), "A scene is counted on at least one frame, and no class has fewer than no boxes.");
        Require(facts.Camera is { WidthPx: > 0 and <= 20_000, HeightPx: > 0 and <= 20_000, Poses: >= 0 and <= 1000 }, "A camera has 1 to 20000 px each way and at most 1000 poses.");
        Require(facts.Camera.FovDegrees is null or { Count: 2 } && (facts.Camera.FovDegrees ?? []).All(f => f is > 0 and < 180), "fovDegrees is the least and the largest, between 0 and 180.");
    }

    private static bool IsText(string text) => text.Length is > 0 and <= MaxText && !text.Any(char.IsControl);

    private static void Require(bool holds, string detail)
    {
        if (!holds)
        {
            throw new ProblemException(Problems.SceneInvalid, detail);
        }
    }
}
