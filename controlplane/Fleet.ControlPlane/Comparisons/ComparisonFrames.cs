using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Snapshots;
using Fleet.ControlPlane.TrainingRuns;

namespace Fleet.ControlPlane.Comparisons;

/// <summary>A frame that both versions look at, with its label where it has one.</summary>
internal sealed record FrameToCompare(SnapshotFrame Frame, bool IsLabelled);

/// <summary>Chooses the frames of a comparison.</summary>
internal sealed class ComparisonFrames(SnapshotAlbum snapshots, SampleCatalogue samples, RunQueue runs, BlobStore blobs)
{
    private const int Newest = 500;

    /// <returns>The frames, and what they are.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.SnapshotUnknown"/>, or <see cref="Problems.ComparisonEmpty"/>.</exception>
    public async Task<(IReadOnlyList<FrameToCompare> Frames, string Source)> ChooseAsync(ComparisonRequest request, ModelCard a, ModelCard b, CancellationToken cancellationToken)
    {
        var (all, source) = await AllAsync(request, a, b, cancellationToken);
        var there = FrameSpread.Of([.. all.Where(f => blobs.Find(f.Frame.Digest) is not null)], request.Frames);
        return there.Count > 0 ? (there, source)
            : throw new ProblemException(Problems.ComparisonEmpty, "There is no frame on which two versions could be compared. Label samples, or name a snapshot that has frames.");
    }

    private async Task<(IReadOnlyList<FrameToCompare> Frames, string Source)> AllAsync(ComparisonRequest request, ModelCard a, ModelCard b, CancellationToken cancellationToken)
    {
        if (request.Snapshot is { } asked)
        {
            await snapshots.RequireAsync(asked, cancellationToken);
            return (await ManifestAsync(asked, cancellationToken), "of the snapshot that was named");
        }

        foreach (var card in (ModelCard[])[b, a])
        {
            if (await HeldOutAsync(card, cancellationToken) is { } heldOut && blobs.Find(heldOut) is not null)
            {
                return (await ManifestAsync(heldOut, cancellationToken), $"held out by the training of {card.Version}");
            }
        }

        var labelled = await samples.NewestAsync(SampleState.Labelled, Newest, cancellationToken);
        return labelled.Count > 0
            ? ([.. labelled.Select(f => new FrameToCompare(f, IsLabelled: true))], "of the newest labelled samples, which a version may have learnt from")
            : ([.. (await samples.NewestAsync(SampleState.Unlabelled, Newest, cancellationToken)).Select(f => new FrameToCompare(f, IsLabelled: false))], "of the newest samples, not labelled yet");
    }

    private async Task<Digest?> HeldOutAsync(ModelCard card, CancellationToken cancellationToken) =>
        card.Lineage.Run is { } id && await runs.FindAsync(id, cancellationToken) is { } run ? run.Request.HeldOut : null;

    private async Task<IReadOnlyList<FrameToCompare>> ManifestAsync(Digest snapshot, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(blobs.PathOf(snapshot));
        var manifest = await JsonSerializer.DeserializeAsync(file, FleetJson.Tolerant.SnapshotManifest, cancellationToken);
        return [.. manifest!.Frames.Select(f => new FrameToCompare(f, IsLabelled: true))];
    }
}
