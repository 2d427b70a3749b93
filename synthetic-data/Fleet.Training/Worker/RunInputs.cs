using Fleet.Client;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Frames;
using Fleet.Training.Recipes;
using Fleet.Training.Runs;

namespace Fleet.Training.Worker;

/// <summary>Brings what a run needs from the control plane to this machine; what is here already is not fetched again.</summary>
internal sealed class RunInputs(FleetClient client, string blobs)
{
    /// <summary>The run as a job.</summary>
    /// <exception cref="ProblemException">Recipe, base or snapshot cannot be used; the text says why.</exception>
    public async Task<TrainingJob> FetchAsync(TrainingRunRequest request, CancellationToken cancellationToken)
    {
        var recipe = RecipeReader.Parse(request.Recipe, "The recipe") with { Model = request.Model };
        if (recipe.From is { } from)
        {
            throw new ProblemException(Problems.RecipeInvalid, $"The recipe goes on from {from}, a file that a trainer does not have: leave 'from' out and give the run a version as its base.");
        }

        var network = request.Base is { } version ? await BaseAsync(version, cancellationToken) : null;
        var real = request.Snapshot is { } snapshot ? await FramesAsync(snapshot, cancellationToken) : [];
        var measured = request.HeldOut is { } heldOut ? await FramesAsync(heldOut, cancellationToken) : [];
        return new TrainingJob(recipe, network, real, request.Seed) { Measured = measured };
    }

    private async Task<ModelProto> BaseAsync(VersionId version, CancellationToken cancellationToken)
    {
        var found = await client.Versions.GetAsync(version, cancellationToken);
        return OnnxFile.Read(await BlobAsync(found.Card.Variants[0].Digest, ".onnx", cancellationToken));
    }

    private async Task<IReadOnlyList<LabelledPicture>> FramesAsync(Digest snapshot, CancellationToken cancellationToken)
    {
        var manifest = await client.Snapshots.GetManifestAsync(snapshot, cancellationToken);
        if (manifest.Frames.Count == 0)
        {
            throw new ProblemException(Problems.SnapshotEmpty, $"The snapshot '{manifest.Name}' has no frames: label samples, take another snapshot and start a run with that.");
        }

        var pictures = new List<LabelledPicture>();
        foreach (var frame in manifest.Frames)
        {
            pictures.Add(new LabelledPicture(await BlobAsync(frame.Digest, ".jpg", cancellationToken), frame.Label));
        }

        return pictures;
    }

    private async Task<string> BlobAsync(Digest digest, string ending, CancellationToken cancellationToken)
    {
        var path = Path.Combine(blobs, digest.Hex + ending);
        if (!File.Exists(path))
        {
            await client.Blobs.DownloadFileAsync(digest, path, progress: null, cancellationToken);
        }

        return path;
    }
}
