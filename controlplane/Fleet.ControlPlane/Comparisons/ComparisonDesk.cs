using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Registry;

namespace Fleet.ControlPlane.Comparisons;

/// <summary>The comparisons that were asked for of late.</summary>
internal sealed class ComparisonDesk(VersionCatalogue versions, ComparisonFrames frames, ChangeFeed changes, Wake<ComparisonReconciler> wake, TimeProvider time)
{
    private const int MostWaiting = 8;
    private const int MostKept = 64;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Comparison> _all = new(StringComparer.Ordinal);

    /// <exception cref="ProblemException">A version or snapshot is unknown, there is no frame, or too many are waiting.</exception>
    public async Task<ComparisonResponse> AskAsync(ComparisonRequest request, CancellationToken cancellationToken)
    {
        var (a, b) = ((await versions.GetAsync(request.A, cancellationToken)).Card, (await versions.GetAsync(request.B, cancellationToken)).Card);
        var id = IdOf(request);
        if (Find(id) is { State: not (ComparisonState.Failed or ComparisonState.Cancelled) } known)
        {
            return known.Show();
        }

        var (chosen, source) = await frames.ChooseAsync(request, a, b, cancellationToken);
        var comparison = Add(new Comparison(id, request, a, b, chosen, source) { AskedAt = time.GetUtcNow() });
        wake.Now();
        return comparison.Show();
    }

    /// <exception cref="ProblemException"><see cref="Problems.ComparisonUnknown"/>.</exception>
    public ComparisonResponse Get(string id) => Known(id).Show();

    /// <exception cref="ProblemException"><see cref="Problems.ComparisonUnknown"/>.</exception>
    public async Task CancelAsync(string id)
    {
        await Known(id).CancelAsync();
        changes.Publish("comparison", id);
    }

    /// <summary>The one that was asked for first of those that wait.</summary>
    public Comparison? Next()
    {
        lock (_lock)
        {
            return _all.Values.Where(c => c.State == ComparisonState.Waiting).MinBy(c => c.AskedAt);
        }
    }

    /// <summary>Lets go of those that nobody asked for of late.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            var over = _all.Values.Where(c => c.State is not (ComparisonState.Waiting or ComparisonState.Running)).OrderByDescending(c => c.AskedAt).ToList();
            foreach (var old in over.Where((c, at) => at >= MostKept || time.GetUtcNow() - c.AskedAt > Kept))
            {
                _all.Remove(old.Id);
                old.Dispose();
            }
        }
    }

    /// <summary>The same versions, frames and number are the same comparison.</summary>
    internal static string IdOf(ComparisonRequest request) => Digest.Of(JsonSerializer.SerializeToUtf8Bytes(request, FleetJson.Strict.ComparisonRequest)).Hex[..32];

    private Comparison Known(string id) => Find(id)
        ?? throw new ProblemException(Problems.ComparisonUnknown, "There is no such comparison, or nobody asked for it for an hour. Ask for it again with POST /api/v1/comparisons.");

    private Comparison? Find(string id)
    {
        lock (_lock)
        {
            if (_all.GetValueOrDefault(id) is not { } found)
            {
                return null;
            }

            found.AskedAt = time.GetUtcNow();
            return found;
        }
    }

    private Comparison Add(Comparison comparison)
    {
        lock (_lock)
        {
            // two who ask at once get one
            if (_all.GetValueOrDefault(comparison.Id) is { State: not (ComparisonState.Failed or ComparisonState.Cancelled) } known)
            {
                comparison.Dispose();
                return known;
            }

            if (_all.Values.Count(c => c.State == ComparisonState.Waiting) >= MostWaiting)
            {
                comparison.Dispose();
                throw new ProblemException(Problems.ServerBusy, $"{MostWaiting} comparisons wait already. Try again when one of them is done.");
            }

            _all[comparison.Id] = comparison;
            return comparison;
        }
    }
}
