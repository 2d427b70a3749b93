using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Snapshots;

namespace Fleet.ControlPlane.Savings;

/// <summary>Reads what versions learnt from and how good they were on held-out frames.</summary>
internal sealed class SavingsReader(VersionCatalogue versions, SnapshotShelf shelf)
{
    /// <summary>So many of the newest versions are looked at.</summary>
    private const int MostVersions = 200;

    private static readonly string[] Reasons = [TriggerNames.Uncertain, TriggerNames.Flicker, TriggerNames.Novel, TriggerNames.Count, TriggerNames.Shadow];

    // a snapshot never changes
    private readonly ConcurrentDictionary<Digest, (int Plain, int Chosen)> _labels = new();

    public async Task<IReadOnlyList<LabelSavings>> ReadAsync(CancellationToken cancellationToken)
    {
        var savings = new List<LabelSavings>();
        foreach (var model in (await versions.NewestAsync(MostVersions, cancellationToken)).GroupBy(c => c.Version.Model).OrderBy(m => m.Key.ToString(), StringComparer.Ordinal))
        {
            var points = new List<LabelPoint>();
            foreach (var card in model.OrderBy(c => c.Version.Number))
            {
                if (card.Metrics.TryGetValue(HeldOutMetrics.Result, out var accuracy) && card.Lineage.Snapshot is { } snapshot && await LabelsAsync(snapshot, cancellationToken) is { } labels)
                {
                    points.Add(new LabelPoint(labels.Plain, labels.Chosen, accuracy));
                }
            }

            if (points.Count > 0)
            {
                savings.Add(SavingsPlanner.Of(model.Key, points));
            }
        }

        return savings;
    }

    private async Task<(int Plain, int Chosen)?> LabelsAsync(Digest snapshot, CancellationToken cancellationToken)
    {
        if (_labels.TryGetValue(snapshot, out var known))
        {
            return known;
        }

        try
        {
            var frames = (await shelf.OpenAsync(snapshot, cancellationToken)).Frames.Where(f => f.Part == SnapshotPart.Learnt);
            var counts = frames.ToLookup(f => Reasons.Contains(f.Trigger), f => Math.Max(1, f.Frame.Label.Count));
            return _labels[snapshot] = (counts[false].Sum(), counts[true].Sum());
        }
        catch (ProblemException e) when (e.Kind == Problems.SnapshotUnknown || e.Kind == Problems.BlobUnknown)
        {
            // a version that was brought from elsewhere names a snapshot that is not here
            return null;
        }
    }
}
