using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;

namespace Fleet.ControlPlane.Snapshots;

internal static class ManifestPlanner
{
    /// <summary>The manifest and its bytes; the same frames and labels give the same bytes in whatever order they come.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.SnapshotEmpty"/>.</exception>
    public static (SnapshotManifest Manifest, byte[] Bytes) Of(string name, IReadOnlyList<SnapshotFrame> frames, SnapshotSplit? split = null)
    {
        if (frames.Count == 0)
        {
            throw new ProblemException(Problems.SnapshotEmpty, "No sample is labelled, so there is nothing to take a snapshot of. Label samples first.");
        }

        var manifest = new SnapshotManifest(name, [.. frames.OrderBy(f => f.Digest.Hex, StringComparer.Ordinal)], split);
        return (manifest, CanonicalJson.Bytes(manifest, FleetJson.Strict.SnapshotManifest));
    }
}
