using System.Text.Json;
using Fleet.Agent.Cameras;
using Fleet.Agent.Engines;
using Fleet.Agent.Pipeline;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Onnx;
using Fleet.Vision;

namespace Fleet.Agent.Updates;

/// <summary>From the files of a version to an engine that serves.</summary>
internal sealed class EngineLoader(BlobStore blobs, AgentPaths paths, Batchers batchers)
{
    /// <summary>The version's card, checked against what the directive names.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/> or <see cref="Problems.TrustMalformed"/>.</exception>
    public ModelCard Card(Installed version)
    {
        var file = FileOf(version, Targets.Card(version.Version));
        try
        {
            var card = JsonSerializer.Deserialize(blobs.Read(file), FleetJson.Tolerant.ModelCard)!;
            return card.Version == version.Version && Variants(version, card).Count > 0
                ? card
                : throw new ProblemException(Problems.TrustMismatch, $"The card of {version.Version} does not list the variant {version.Variant} with the file that the directive names.");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.TrustMalformed, $"The card of {version.Version} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The variants that may run here, with their files: the one that is named, or all on which card and directive agree.</summary>
    public static IReadOnlyList<(string Variant, TargetFile File)> Variants(Installed version, ModelCard card) =>
    [
        .. from variant in card.Variants
           where version.Variant == VariantNames.Auto || version.Variant == variant.Name
           let file = version.Files.FirstOrDefault(f => f.Path == Targets.Variant(version.Version, variant.Name))
           where file is not null && file.Digest == variant.Digest && file.SizeBytes == variant.SizeBytes
           select (variant.Name, file),
    ];

    /// <summary>Reads the models without running them, and holds them against their card.</summary>
    /// <exception cref="ProblemException">One of the <c>Model…</c> problems.</exception>
    public void Inspect(Installed version, ModelCard card)
    {
        foreach (var (_, file) in Variants(version, card))
        {
            _ = OnnxCheck.FitHead(OnnxCheck.Inspect(blobs.Read(file)), card.Head, card.Classes, card.Input);
        }
    }

    /// <summary>Takes the engine from the cache, or builds it, and runs it once.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/> and others.</exception>
    public Engine Load(Installed version, Entrant entrant)
    {
        var card = Card(version);
        var model = Variants(version, card).First(v => v.Variant == entrant.Variant).File;
        _ = blobs.Read(model);
        Detector Open(int pictures) => Detector.Load(blobs.PathOf(model.Digest), card, EngineOptions.Of(entrant, paths.Engines) with { Pictures = pictures }, model.Digest);
        var own = Open(pictures: 1);
        var batcher = batchers.Of(version.Version, entrant, own.Provider, () => Open(EngineOptions.MaxBatch));
        var seat = batcher.Join(own);
        var facts = new ReportedEngine(version.Version, entrant.Variant, entrant.Precision, own.Provider, [.. own.Ladder.Select(r => r.ToString())], own.IsFromCache, BuiltBy: own.IsFromCache ? BuilderOf(card, model, entrant) : null);
        GiveBack();
        return new Engine(version, model.Digest, frame => batcher.Look(seat, frame), Dispose) { Alone = seat.Alone, Facts = () => facts with { Batching = batcher.Says } };

        void Dispose()
        {
            batcher.Leave(seat);
            own.Dispose();
        }
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
        return GoldenClip.Read(zip).Prove(Pictures.Decode, frame => engine.Try(frame).Detections, Card(version).ScoreThreshold) is { } difference
            ? throw new ProblemException(Problems.EngineGolden, difference)
            : null;
    }

    private DeviceId? BuilderOf(ModelCard card, TargetFile model, Entrant entrant) =>
        new EngineCache(paths.Engines).BuilderOf(Detector.KeyOf(blobs.PathOf(model.Digest), card, EngineOptions.Of(entrant, paths.Engines)));

    /// <summary>Reading and checking a model leaves a multiple of its size behind, in a heap that hardly grows afterwards and would keep it.</summary>
    private static void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private static TargetFile FileOf(Installed version, string path) => version.Files.FirstOrDefault(f => f.Path == path)
        ?? throw new ProblemException(Problems.TrustMismatch, $"The directive names {version.Version} without its file {path}.");
}
