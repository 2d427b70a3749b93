using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.Alike;

/// <summary>How far pictures are from one.</summary>
/// <param name="Distances">Of those that could be compared.</param>
/// <param name="Compared">How many need no more work, those that are no whole pictures included.</param>
internal sealed record LikenessFound(IReadOnlyDictionary<Digest, double> Distances, int Compared);

/// <summary>Answers at once with what is known, and has the rest described in the background.</summary>
internal sealed class LikenessDesk(LikenessStore store, LikenessWants wants, Wake<LikenessReconciler> wake)
{
    /// <exception cref="ProblemException"><see cref="Problems.SamplePicture"/>: <paramref name="from"/> is no whole picture.</exception>
    public LikenessFound Of(Digest from, IReadOnlyList<Digest> pictures)
    {
        var missing = store.Missing([from, .. pictures.Where(p => p != from)]);
        if (missing.Count > 0)
        {
            wants.Add(from, missing);
            wake.Now();
        }

        if (store.Distances(from, pictures) is { } distances)
        {
            return new LikenessFound(distances, pictures.Count - missing.Count);
        }

        return missing.Contains(from)
            ? new LikenessFound(new Dictionary<Digest, double>(), Compared: 0)
            : throw new ProblemException(Problems.SamplePicture, $"Sample {from} is no whole picture, so that nothing can be compared with it. Choose another one.");
    }
}
