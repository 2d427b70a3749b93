namespace Fleet.Vision.Evaluation;

/// <summary>A ranked box: right, wrong, or neither.</summary>
internal readonly record struct Verdict(double Score, bool Hit, bool Ignored);

/// <summary>One class in one frame, with every overlap computed once: COCO asks forty questions about each.</summary>
internal sealed class ClassFrame
{
    /// <summary>Only so many boxes of a class count in a frame.</summary>
    public const int MostBoxes = 100;

    private readonly TruthBox[] _truth;
    private readonly FoundBox[] _found;
    private readonly double[] _overlaps;

    private ClassFrame(IEnumerable<TruthBox> truth, IEnumerable<FoundBox> found)
    {
        _truth = [.. truth];
        // a stable sort, as the reference has it: of equal scores the first given goes first
        _found = [.. found.OrderByDescending(f => f.Score).Take(MostBoxes)];
        _overlaps = new double[_found.Length * _truth.Length];
        for (var f = 0; f < _found.Length; f++)
        {
            for (var t = 0; t < _truth.Length; t++)
            {
                _overlaps[(f * _truth.Length) + t] = _truth[t].Crowd ? Overlap.Within(_found[f].Box, _truth[t].Box) : Overlap.Iou(_found[f].Box, _truth[t].Box);
            }
        }
    }

    /// <summary>The frames in which there is anything to judge of one class, in their order.</summary>
    public static List<ClassFrame> Of(IReadOnlyList<EvaluatedFrame> frames, string label) =>
        [.. frames.Select(f => new ClassFrame(f.Truth.Where(t => t.Label == label), f.Found.Where(d => d.Label == label))).Where(f => f._truth.Length + f._found.Length > 0)];

    /// <summary>Scores of the boxes that count, falling.</summary>
    public IReadOnlyList<double> Scores => Array.ConvertAll(_found, f => f.Score);

    /// <summary>Objects of a size that must be found.</summary>
    public int Objects(SizeRange size) => _truth.Count(t => !IsIgnored(t, size));

    /// <summary>The boxes by falling score, each judged at one IoU.</summary>
    public Verdict[] Judge(SizeRange size, double iou)
    {
        var ignored = Array.ConvertAll(_truth, t => IsIgnored(t, size));
        var order = Enumerable.Range(0, _truth.Length).OrderBy(t => ignored[t]).ToArray();
        var (taken, verdicts) = (new bool[_truth.Length], new Verdict[_found.Length]);
        for (var f = 0; f < _found.Length; f++)
        {
            var match = Best(f, order, ignored, taken, Math.Min(iou, 1 - 1e-10));
            if (match >= 0)
            {
                taken[match] = true;
            }

            var outside = match < 0 && !size.Has(_found[f].Box.Area);
            verdicts[f] = new Verdict(_found[f].Score, match >= 0, outside || (match >= 0 && ignored[match]));
        }

        return verdicts;
    }

    /// <summary>The free object with the largest overlap, those that count before those that do not; -1 for none.</summary>
    private int Best(int found, int[] order, bool[] ignored, bool[] taken, double least)
    {
        var best = -1;
        foreach (var t in order)
        {
            if (taken[t] && !_truth[t].Crowd)
            {
                continue;
            }

            if (best >= 0 && !ignored[best] && ignored[t])
            {
                break;
            }

            // not below, so that of equal overlaps the last wins, as in the reference
            if (_overlaps[(found * _truth.Length) + t] >= least)
            {
                (best, least) = (t, _overlaps[(found * _truth.Length) + t]);
            }
        }

        return best;
    }

    private static bool IsIgnored(TruthBox truth, SizeRange size) => truth.Crowd || !size.Has(truth.Area ?? truth.Box.Area);
}
