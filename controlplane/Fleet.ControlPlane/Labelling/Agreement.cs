using Fleet.Contracts;

namespace Fleet.ControlPlane.Labelling;

/// <summary>How far two people's boxes agree.</summary>
internal static class Agreement
{
    private const double MinIou = 0.5;

    public static readonly BoxAgreement None = new(0, 0, 0, 0, 0);

    public static BoxAgreement Of(IReadOnlyList<Annotation> before, IReadOnlyList<Annotation> after)
    {
        var pairs = Enumerable.Range(0, before.Count)
            .SelectMany(b => Enumerable.Range(0, after.Count).Select(a => (b, a, iou: Iou(before[b].Box, after[a].Box))))
            .Where(p => p.iou >= MinIou)
            .OrderByDescending(p => p.iou).ThenByDescending(p => before[p.b].Label == after[p.a].Label);
        bool[] paired = new bool[before.Count], taken = new bool[after.Count];
        var found = None;
        foreach (var (b, a, iou) in pairs)
        {
            if (!paired[b] && !taken[a])
            {
                paired[b] = taken[a] = true;
                var same = before[b].Label == after[a].Label ? 1 : 0;
                found = found with { Same = found.Same + same, OtherClass = found.OtherClass + 1 - same, IouSum = found.IouSum + iou };
            }
        }

        return found with { OnlyBefore = paired.Count(p => !p), OnlyAfter = taken.Count(t => !t) };
    }

    public static BoxAgreement Sum(IEnumerable<BoxAgreement> all) => all.Aggregate(None, (a, b) =>
        new BoxAgreement(a.Same + b.Same, a.OtherClass + b.OtherClass, a.OnlyBefore + b.OnlyBefore, a.OnlyAfter + b.OnlyAfter, a.IouSum + b.IouSum));

    private static double Iou(Box a, Box b)
    {
        var width = Math.Min(a.X + a.Width, b.X + b.Width) - Math.Max(a.X, b.X);
        var height = Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        double shared = (double)width * height;
        return shared / (((double)a.Width * a.Height) + ((double)b.Width * b.Height) - shared);
    }
}
