namespace Fleet.Agent.Pipeline;

/// <summary>How frames of several cameras go to one network.</summary>
internal enum BatchMode
{
    /// <summary>Batch sizes are tried, one after another.</summary>
    Trying,

    /// <summary>Batches pay; their size follows the target.</summary>
    Batching,

    /// <summary>Batches do not pay: each camera runs by itself.</summary>
    Apart,
}

/// <summary>What is done now, and why.</summary>
/// <param name="Mode">Whether batches are taken.</param>
/// <param name="Limit">Frames in one run, at most.</param>
/// <param name="Says">One sentence.</param>
/// <param name="Waited">Windows in which too few frames met to try this size.</param>
internal sealed record BatchPlan(BatchMode Mode, int Limit, string Says, int Waited = 0)
{
    public static BatchPlan First { get; } = new(BatchMode.Trying, Limit: 1, "Batches across cameras are being tried.");
}

/// <summary>What was measured since the last decision.</summary>
/// <param name="P95Ms">19 of 20 frames had their result so long after they were captured.</param>
/// <param name="MeanFrames">Frames in a run, on average.</param>
/// <param name="FrameMs">Time of the network for one frame by the number of frames in the run, from 1; null where too few runs had so many. Measured since the first frame.</param>
internal sealed record BatchWindow(double P95Ms, double MeanFrames, IReadOnlyList<double?> FrameMs);

/// <summary>What does not change.</summary>
/// <param name="MaxBatch">Frames that one run can take.</param>
/// <param name="Apart">Frames that run at once without batches: processors or cameras, whichever are fewer; 1 on an accelerator.</param>
/// <param name="TargetP95Ms">The end to end time to stay below.</param>
internal sealed record BatchFacts(int MaxBatch, int Apart, double TargetP95Ms);

/// <summary>Tries batches, keeps them only where they pay, and then closes the loop on the target: one frame more while there is time, half as many when there is not.</summary>
internal static class BatchController
{
    /// <summary>Less than this is not worth what waiting for others costs.</summary>
    public const double WorthWhile = 1.1;

    /// <summary>Below this share of the target there is time for a larger batch.</summary>
    private const double Ease = 0.8;

    /// <summary>So long is waited for frames to meet where cameras could run side by side.</summary>
    private const int Patience = 4;

    public static BatchPlan Next(BatchPlan now, BatchWindow seen, BatchFacts facts) => now.Mode switch
    {
        BatchMode.Trying => Try(now, seen, facts),
        BatchMode.Batching => Follow(now, seen, facts),
        _ => now,
    };

    private static BatchPlan Try(BatchPlan now, BatchWindow seen, BatchFacts facts)
    {
        var largest = Math.Min(facts.MaxBatch, seen.FrameMs.Count);
        if (Of(seen, now.Limit) is null)
        {
            if (facts.Apart > 1 && now.Waited >= Patience)
            {
                return new BatchPlan(BatchMode.Apart, Limit: 1, "Frames of different cameras hardly meet, so each camera runs by itself.");
            }

            return now with { Waited = now.Waited + 1, Says = FormattableString.Invariant($"Batches across cameras are being tried; so far hardly {now.Limit} frames wait at once.") };
        }

        return now.Limit < largest && (now.Limit == 1 || seen.P95Ms <= facts.TargetP95Ms)
            ? now with { Limit = Math.Min(now.Limit * 2, largest), Waited = 0 }
            : Judge(seen, facts);
    }

    private static BatchPlan Judge(BatchWindow seen, BatchFacts facts)
    {
        var alone = Of(seen, 1)!.Value;
        var (size, ms) = Enumerable.Range(2, seen.FrameMs.Count - 1).Where(n => Of(seen, n) is not null).Select(n => (n, Of(seen, n)!.Value)).DefaultIfEmpty((1, alone)).MinBy(s => s.Item2);
        var gain = alone / ms;
        var figures = FormattableString.Invariant($"{ms:0.00} ms a frame in batches of {size}, {alone:0.00} ms alone");
        return gain >= WorthWhile * facts.Apart
            ? new BatchPlan(BatchMode.Batching, size, $"Frames of several cameras share a run: {figures}.")
            : new BatchPlan(BatchMode.Apart, Limit: 1, facts.Apart > 1
                ? FormattableString.Invariant($"Batches do not pay here, so each camera runs by itself: {figures}, and {facts.Apart} cameras run at once without.")
                : $"Batches do not pay here, so each camera runs by itself: {figures}.");
    }

    private static BatchPlan Follow(BatchPlan now, BatchWindow seen, BatchFacts facts)
    {
        var told = FormattableString.Invariant($"{seen.P95Ms:0} ms from capture to result (19 of 20 frames), wanted {facts.TargetP95Ms:0} ms; ");
        return seen.P95Ms > facts.TargetP95Ms && now.Limit > 1
            ? now with { Limit = now.Limit / 2, Says = told + FormattableString.Invariant($"batches of {now.Limit} frames were too large, now {now.Limit / 2}.") }
            : seen.P95Ms < facts.TargetP95Ms * Ease && now.Limit < facts.MaxBatch && seen.MeanFrames > now.Limit - 0.5
                ? now with { Limit = now.Limit + 1, Says = told + FormattableString.Invariant($"there is time for batches of {now.Limit + 1} frames.") }
                : now with { Says = told + FormattableString.Invariant($"batches of up to {now.Limit} frames, {seen.MeanFrames:0.0} on average.") };
    }

    private static double? Of(BatchWindow seen, int size) => size <= seen.FrameMs.Count ? seen.FrameMs[size - 1] : null;
}
