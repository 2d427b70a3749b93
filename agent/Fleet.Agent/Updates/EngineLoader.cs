using System.Text.Json;
using Fleet.Agent.Cameras;
using Fleet.Agent.Pipeline;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Onnx;
using Fleet.Vision;

namespace Fleet.Agent.Updates;

/// <summary>From the files of a version to an engine that serves.</summary>
internal sealed class EngineLoader(BlobStore blobs, AgentPaths paths)
{
    /// <summary>The version's card, checked against what the directive names.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/> or <see cref="Problems.TrustMalformed"/>.</exception>
    public ModelCard Card(Installed version)
    {
        var file = FileOf(version, Targets.Card(version.Version));
        try
        {
            var card = JsonSerializer.Deserialize(blobs.Read(file), FleetJson.Tolerant.ModelCard)!;
            var model = FileOf(version, Targets.Variant(version.Version, version.Variant));
            return card.Version == version.Version && card.Variants.Any(v => v.Name == version.Variant && v.Digest == model.Digest && v.SizeBytes == model.SizeBytes)
                ? card
                : throw new ProblemException(Problems.TrustMismatch, $"The card of {version.Version} does not list the variant {version.Variant} as {model.Digest}.");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.TrustMalformed, $"The card of {version.Version} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads the model without running it, and holds it against its card.</summary>
    /// <exception cref="ProblemException">One of the <c>Model…</c> problems.</exception>
    public void Inspect(Installed version, ModelCard card)
    {
        var report = OnnxCheck.Inspect(blobs.Read(Model(version)));
        _ = OnnxCheck.FitHead(report, card.Head, card.Classes, card.Input);
    }

    /// <summary>Builds the engine, or takes it from the cache, and runs it once.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/> and others.</exception>
    public Engine Load(Installed version)
    {
        var (card, model) = (Card(version), Model(version));
        _ = blobs.Read(model);
        var detector = Detector.Load(blobs.PathOf(model.Digest), card, new InferenceOptions { CacheFolder = paths.Engines });
        return new Engine(version, model.Digest, frame => new Sight(detector.Detect(frame), detector.Doubtful, detector.InferenceMs), detector.Dispose);
    }

    /// <summary>Runs the golden clip on the engine that was built.</summary>
    /// <returns>A remark where there is no clip: the version was warmed up only.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.EngineGolden"/>.</exception>
    public string? Prove(Installed version, Engine engine)
    {
        if (version.Files.FirstOrDefault(f => f.Path == Targets.GoldenClip(version.Version)) is not { } file)
        {
            return $"{version.Version} has no golden clip: it was warmed up only.";
        }

        using var zip = new MemoryStream(blobs.Read(file));
        return GoldenClip.Read(zip).Prove(Pictures.Decode, frame => engine.Look(frame).Detections, Card(version).ScoreThreshold) is { } difference
            ? throw new ProblemException(Problems.EngineGolden, difference)
            : null;
    }

    private static TargetFile Model(Installed version) => FileOf(version, Targets.Variant(version.Version, version.Variant));

    private static TargetFile FileOf(Installed version, string path) => version.Files.FirstOrDefault(f => f.Path == path)
        ?? throw new ProblemException(Problems.TrustMismatch, $"The directive names {version.Version} without its file {path}.");
}
