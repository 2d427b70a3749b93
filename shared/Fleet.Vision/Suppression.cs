using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Of boxes of a class that overlap, keeps the strongest.</summary>
public static class Suppression
{
    /// <summary>Sorts <paramref name="candidates"/> by falling score and drops each that overlaps a stronger one of its class by more than <paramref name="maxIou"/>.</summary>
    /// <param name="candidates">Changed in place.</param>
    /// <param name="maxIou">Intersection over union, 0 to 1.</param>
    /// <param name="maxCount">No more than so many are looked at, strongest first.</param>
    /// <param name="threshold">Score from which a box counts.</param>
    /// <param name="maxBelow">No more than so many are kept below <paramref name="threshold"/>: some networks score thousands of boxes just above nothing.</param>
    public static void Apply(List<Candidate> candidates, float maxIou, int maxCount = 1000, float threshold = 0, int maxBelow = int.MaxValue)
    {
        candidates.Sort(StrongestFirst);
        if (candidates.Count > maxCount)
        {
            candidates.RemoveRange(maxCount, candidates.Count - maxCount);
        }

        var (kept, below) = (0, 0);
        for (var i = 0; i < candidates.Count && below < maxBelow; i++)
        {
            if (!IsCovered(candidates[i], candidates, kept, maxIou))
            {
                below += candidates[i].Score < threshold ? 1 : 0;
                candidates[kept++] = candidates[i];
            }
        }

        candidates.RemoveRange(kept, candidates.Count - kept);
    }

    private static bool IsCovered(in Candidate candidate, List<Candidate> candidates, int kept, float maxIou)
    {
        for (var i = 0; i < kept; i++)
        {
            var stronger = candidates[i];
            if (stronger.Class == candidate.Class && Boxes.Iou(stronger.Box, candidate.Box) > maxIou)
            {
                return true;
            }
        }

        return false;
    }

    // equal scores are told apart by place, so that the same network gives the same list everywhere
    private static int StrongestFirst(Candidate a, Candidate b)
    {
        var byScore = b.Score.CompareTo(a.Score);
        var byClass = byScore != 0 ? byScore : a.Class.CompareTo(b.Class);
        var byY = byClass != 0 ? byClass : a.Box.Y.CompareTo(b.Box.Y);
        return byY != 0 ? byY : a.Box.X.CompareTo(b.Box.X);
    }
}

/// <summary>Arithmetic on boxes.</summary>
public static class Boxes
{
    /// <summary>Intersection over union, 0 to 1.</summary>
    public static float Iou(in Box a, in Box b)
    {
        var shared = Shared(a, b);
        return shared <= 0 ? 0 : shared / ((a.Width * a.Height) + (b.Width * b.Height) - shared);
    }

    /// <summary>Area that two boxes share, px²; 0 where they do not meet.</summary>
    public static float Shared(in Box a, in Box b)
    {
        var width = Math.Min(a.X + a.Width, b.X + b.Width) - Math.Max(a.X, b.X);
        var height = Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y);
        return width <= 0 || height <= 0 ? 0 : width * height;
    }
}
