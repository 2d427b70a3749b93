using Fleet.Vision;

namespace Fleet.Agent.Triggers;

/// <summary>A frame of a pool.</summary>
/// <param name="Frame">Its number.</param>
/// <param name="Draw">Chance's number for it.</param>
/// <param name="Value">What triggers say it is worth; 0 where chance alone brought it here.</param>
/// <param name="Class">What most of its boxes show; empty without boxes.</param>
/// <param name="SizeBytes">What keeping it costs.</param>
/// <param name="Distance">To the nearest picture that was kept before.</param>
/// <param name="Embedding">The picture in small numbers.</param>
internal sealed record PoolFrame(long Frame, double Draw, double Value, string Class, long SizeBytes, double Distance, sbyte[] Embedding);

/// <summary>A pool at its end.</summary>
/// <param name="Seen">All frames that came while it was open, those not worth keeping included.</param>
/// <param name="ByChance">Of all frames, those with the smallest draws.</param>
/// <param name="ByTrigger">Of those that triggers chose, the most valuable.</param>
/// <param name="Randoms">Frames to be taken by chance.</param>
/// <param name="Picks">Frames to be taken besides.</param>
/// <param name="RandomShare">Share of chance where bytes are short.</param>
/// <param name="LimitBytes">What all may cost.</param>
/// <param name="ClassShare">Largest share of one class while others wait.</param>
internal sealed record PoolState(
    long Seen, IReadOnlyList<PoolFrame> ByChance, IReadOnlyList<PoolFrame> ByTrigger, int Randoms, int Picks, double RandomShare, long LimitBytes, double ClassShare);

/// <summary>What is kept of a pool, by numbers of frames.</summary>
/// <param name="Randoms">By chance.</param>
/// <param name="Picks">By trigger, in the order of choice.</param>
/// <param name="Cut">Chosen, but there were no bytes for them.</param>
/// <param name="RandomProbability">Chance that any frame of the pool had to be among <paramref name="Randoms"/>.</param>
internal sealed record PoolChoice(IReadOnlyList<long> Randoms, IReadOnlyList<long> Picks, IReadOnlyList<long> Cut, double RandomProbability);

/// <summary>Chooses from a pool: chance first, then the frame farthest from all chosen and kept ones, again and again. From the state alone.</summary>
internal static class PoolPlanner
{
    public static PoolChoice Choose(PoolState pool)
    {
        var randoms = pool.ByChance.OrderBy(f => f.Draw).ThenBy(f => f.Frame).Take(pool.Randoms).ToList();
        var picks = FarthestFirst(pool, randoms);
        var cut = Cut(pool, randoms, picks);
        return new PoolChoice(
            [.. randoms.Select(f => f.Frame)], [.. picks.Select(f => f.Frame)], cut,
            pool.Seen == 0 ? 0 : Math.Min(1, randoms.Count / (double)pool.Seen));
    }

    private static List<PoolFrame> FarthestFirst(PoolState pool, List<PoolFrame> randoms)
    {
        var waiting = pool.ByTrigger.Where(f => !randoms.Any(r => r.Frame == f.Frame)).ToDictionary(
            f => f, f => randoms.Aggregate(f.Distance, (nearest, r) => Math.Min(nearest, FrameEmbedding.Distance(r.Embedding, f.Embedding))));
        var quota = Math.Max(1, (int)Math.Ceiling(pool.ClassShare * pool.Picks));
        var picks = new List<PoolFrame>();
        while (picks.Count < pool.Picks && waiting.Count > 0)
        {
            // a class beyond its quota waits behind the others
            var next = waiting.OrderBy(w => picks.Count(p => p.Class == w.Key.Class) >= quota)
                .ThenByDescending(w => w.Value).ThenByDescending(w => w.Key.Value).ThenBy(w => w.Key.Frame).First().Key;
            picks.Add(next);
            waiting.Remove(next);
            foreach (var other in waiting.Keys)
            {
                waiting[other] = Math.Min(waiting[other], FrameEmbedding.Distance(next.Embedding, other.Embedding));
            }
        }

        return picks;
    }

    /// <summary>Where bytes are short, the least valuable go first; chance keeps its share, and stays chance.</summary>
    private static List<long> Cut(PoolState pool, List<PoolFrame> randoms, List<PoolFrame> picks)
    {
        var cut = new List<long>();
        while (randoms.Sum(f => f.SizeBytes) + picks.Sum(f => f.SizeBytes) > pool.LimitBytes)
        {
            var chanceGoes = picks.Count == 0 || randoms.Count > Math.Ceiling(pool.RandomShare * (randoms.Count + picks.Count));
            var (from, gone) = chanceGoes ? (randoms, randoms[^1]) : (picks, picks.MinBy(f => (f.Value, -f.Frame))!);
            from.Remove(gone);
            cut.Add(gone.Frame);
        }

        return cut;
    }
}
