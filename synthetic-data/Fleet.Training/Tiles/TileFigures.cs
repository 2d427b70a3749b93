using Fleet.Contracts;

namespace Fleet.Training.Tiles;

/// <summary>How good a tile classifier is on frames that it never saw.</summary>
/// <param name="Frames">How many.</param>
/// <param name="Objects">In all of them.</param>
/// <param name="Points">Those smaller than a tile.</param>
/// <param name="TileF1">Balance of precision and recall over tiles, ignored ones left out, 0 to 1.</param>
/// <param name="TilePrecision">Tiles taken for an object that show one, 0 to 1.</param>
/// <param name="TileRecall">Tiles with an object that were taken for one, 0 to 1.</param>
/// <param name="CountError">Mean of |found - true| a frame.</param>
/// <param name="CountErrorOfGuess">The same for always saying the best one number.</param>
/// <param name="ExactCounts">Frames with the right count, 0 to 1.</param>
/// <param name="PointRecall">Points that something was found at, 0 to 1.</param>
/// <param name="StreakRecall">The same for longer ones.</param>
internal sealed record TileFigures(
    int Frames,
    int Objects,
    int Points,
    double TileF1,
    double TilePrecision,
    double TileRecall,
    double CountError,
    double CountErrorOfGuess,
    double ExactCounts,
    double PointRecall,
    double StreakRecall);

/// <summary>A frame with what was found in it.</summary>
/// <param name="Frame">Its truth.</param>
/// <param name="Scores">Of each tile, 0 to 1.</param>
internal sealed record ScoredTiles(TiledFrame Frame, float[] Scores);

/// <summary>Counts what is right and wrong.</summary>
internal static class TileCounting
{
    private const float PointPx = 10;
    private const double NearBest = 0.9;

    /// <summary>The threshold with the smallest count error, of those whose tile F1 is near the best: where all tiles are taken, all are one object, and one is often right.</summary>
    /// <param name="frames">Scored.</param>
    /// <param name="columns">Tiles of a row.</param>
    public static float BestThreshold(IReadOnlyList<ScoredTiles> frames, int columns)
    {
        var choices = Enumerable.Range(5, 94).Select(i => MathF.Round(i * 0.01f, 2)).Select(t => (Threshold: t, F1: Tiles(frames, t).F1)).ToList();
        var least = choices.Max(c => c.F1) * NearBest;
        return choices.Where(c => c.F1 >= least).MinBy(c => frames.Sum(f => Math.Abs(Groups(f.Scores, columns, c.Threshold) - f.Frame.Boxes.Count))).Threshold;
    }

    /// <summary>Objects: tiles from the threshold on that touch, corners included, are one.</summary>
    public static int Groups(float[] scores, int columns, float threshold)
    {
        var (groups, open, taken) = (0, new Stack<int>(), new bool[scores.Length]);
        for (var start = 0; start < scores.Length; start++)
        {
            groups += Take(start) ? 1 : 0;
            while (open.TryPop(out var tile))
            {
                for (var i = 0; i < 9; i++)
                {
                    var (x, y) = ((tile % columns) + (i % 3) - 1, (tile / columns) + (i / 3) - 1);
                    _ = x >= 0 && x < columns && y >= 0 && y < scores.Length / columns && Take((y * columns) + x);
                }
            }
        }

        return groups;

        bool Take(int tile)
        {
            if (taken[tile] || scores[tile] < threshold)
            {
                return false;
            }

            open.Push(tile);
            return taken[tile] = true;
        }
    }

    /// <summary>All figures.</summary>
    /// <param name="frames">Scored.</param>
    /// <param name="found">Boxes that the device's own code found in each of them.</param>
    /// <param name="threshold">At which they were found.</param>
    public static TileFigures Measure(IReadOnlyList<ScoredTiles> frames, IReadOnlyList<IReadOnlyList<Box>> found, float threshold)
    {
        var (f1, precision, recall) = Tiles(frames, threshold);
        int[] truth = [.. frames.Select(f => f.Frame.Boxes.Count)];
        int[] off = [.. found.Zip(truth, (f, t) => Math.Abs(f.Count - t))];
        var median = truth.Order().ElementAt(truth.Length / 2);
        var seen = frames.Zip(found, (f, boxes) => f.Frame.Boxes.Select(b => (IsPoint: Math.Max(b.Width, b.Height) < PointPx, Seen: boxes.Any(o => Touch(b, o))))).SelectMany(s => s).ToLookup(s => s.IsPoint, s => s.Seen);
        return new TileFigures(
            frames.Count, truth.Sum(), seen[true].Count(), f1, precision, recall, off.Average(), truth.Average(t => Math.Abs(t - median)),
            Share(off.Count(o => o == 0), off.Length), Share(seen[true].Count(s => s), seen[true].Count()), Share(seen[false].Count(s => s), seen[false].Count()));
    }

    private static (double F1, double Precision, double Recall) Tiles(IReadOnlyList<ScoredTiles> frames, float threshold)
    {
        int hits = 0, said = 0, there = 0;
        foreach (var (frame, scores) in frames)
        {
            for (var tile = 0; tile < scores.Length; tile++)
            {
                var (found, shows) = (scores[tile] >= threshold && frame.Marks[tile] != TileMark.Ignored, frame.Marks[tile] == TileMark.Object);
                (hits, said, there) = (hits + (found && shows ? 1 : 0), said + (found ? 1 : 0), there + (shows ? 1 : 0));
            }
        }

        return (Share(2 * hits, said + there), Share(hits, said), Share(hits, there));
    }

    private static bool Touch(Box a, Box b) => a.X < b.X + b.Width && b.X < a.X + a.Width && a.Y < b.Y + b.Height && b.Y < a.Y + a.Height;

    private static double Share(double part, double whole) => whole == 0 ? 0 : Math.Round(part / whole, 4);
}
