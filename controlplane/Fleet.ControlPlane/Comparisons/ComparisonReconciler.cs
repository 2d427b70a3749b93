using Fleet.Contracts;
using Fleet.ControlPlane.Looks;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.Comparisons;

/// <summary>Works off what was asked for, one comparison after the other.</summary>
internal sealed class ComparisonReconciler(IServiceProvider services, Looker looker, LookStore store, ChangeFeed changes) : IReconciler
{
    public string Name => "comparisons";

    public TimeSpan Period => TimeSpan.FromMinutes(1);

    // asked for late: the desk wakes this loop
    private ComparisonDesk Desk => services.GetRequiredService<ComparisonDesk>();

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        while (Desk.Next() is { } comparison)
        {
            comparison.Begin();
            await CompareAsync(comparison, cancellationToken);
            changes.Publish("comparison", comparison.Id);
        }

        Desk.Trim();
        store.Trim();
        return [];
    }

    private async Task CompareAsync(Comparison comparison, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, comparison.Ended);
        var at = comparison.A.Version;
        try
        {
            await looker.LookAsync(comparison.A, comparison.Frames, Tell(comparison, comparison.FoundByA), end.Token);
            at = comparison.B.Version;
            await looker.LookAsync(comparison.B, comparison.Frames, Tell(comparison, comparison.FoundByB), end.Token);
            comparison.Finish();
        }
        catch (ProblemException e)
        {
            // one that cannot be run is told to whoever asked, and stops nobody else
            comparison.Fail($"{at} cannot look at these frames: {e.Message}");
        }
        catch (OperationCanceledException) when (comparison.Ended.IsCancellationRequested)
        {
            // it says so itself
        }
    }

    private Action<Digest, IReadOnlyList<Detection>> Tell(Comparison comparison, Action<Digest, IReadOnlyList<Detection>> found) => (frame, boxes) =>
    {
        found(frame, boxes);
        changes.Publish("comparison", comparison.Id);
    };
}
