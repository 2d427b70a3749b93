using Fleet.Training.Frames;

namespace Fleet.Training.Heads;

/// <summary>A place that is to answer for an object.</summary>
/// <param name="Place">Index of the place.</param>
/// <param name="Box">The object.</param>
/// <param name="Iou">How well the network's box there fits it now, 0 to 1.</param>
internal readonly record struct Assigned(int Place, TargetBox Box, float Iou);

/// <summary>Which places of a picture answer for which object: those near its middle whose answers are nearest to it already.</summary>
/// <remarks>SimOTA, of the paper on YOLOX (arXiv 2107.08430): each object gets as many places as its ten best boxes overlap it together, a place that two objects want goes to the cheaper one.</remarks>
internal sealed class Assignment(AnchorGrid grid, int classes)
{
    private const float CentreStrides = 2.5f;
    private const float IouWeight = 3;
    private const float FarCost = 1e5f;
    private const int MostPlaces = 10;
    private const float Least = 1e-8f;

    /// <summary>The places of one picture.</summary>
    /// <param name="objects">What is there; none to be ignored.</param>
    /// <param name="boxes">The network's, [places, 4].</param>
    /// <param name="scores">Of each class, [places, classes], objectness included.</param>
    public IReadOnlyList<Assigned> Assign(IReadOnlyList<TargetBox> objects, ReadOnlySpan<float> boxes, ReadOnlySpan<float> scores)
    {
        var best = new Dictionary<int, (Assigned Chosen, float Cost)>();
        foreach (var target in objects)
        {
            var near = new List<(Assigned Chosen, float Cost)>();
            for (var place = 0; place < grid.Count; place++)
            {
                if (Near(place, target) is { } isInBoth)
                {
                    var iou = Iou(target, boxes.Slice(place * 4, 4));
                    var cost = -MathF.Log(MathF.Sqrt(scores[(place * classes) + target.Class]) + Least) - (IouWeight * MathF.Log(iou + Least)) + (isInBoth ? 0 : FarCost);
                    near.Add((new Assigned(place, target, iou), cost));
                }
            }

            var count = Math.Max(1, (int)near.Select(n => n.Chosen.Iou).OrderDescending().Take(MostPlaces).Sum());
            foreach (var (chosen, cost) in near.OrderBy(n => n.Cost).ThenBy(n => n.Chosen.Place).Take(count))
            {
                if (!best.TryGetValue(chosen.Place, out var other) || cost < other.Cost)
                {
                    best[chosen.Place] = (chosen, cost);
                }
            }
        }

        return [.. best.OrderBy(b => b.Key).Select(b => b.Value.Chosen)];
    }

    /// <summary>Whether the middle of a place lies in a box.</summary>
    public bool IsInside(int place, TargetBox box) => grid.X[place] > box.Left && grid.X[place] < box.Right && grid.Y[place] > box.Top && grid.Y[place] < box.Bottom;

    /// <returns>Null: too far away; true: in the box and near its middle.</returns>
    private bool? Near(int place, TargetBox box)
    {
        var reach = CentreStrides * grid.Strides[place];
        var isCentral = Math.Abs(grid.X[place] - ((box.Left + box.Right) / 2)) < reach && Math.Abs(grid.Y[place] - ((box.Top + box.Bottom) / 2)) < reach;
        var isInside = IsInside(place, box);
        return isCentral || isInside ? isCentral && isInside : null;
    }

    private static float Iou(TargetBox a, ReadOnlySpan<float> b)
    {
        var shared = Math.Max(0, Math.Min(a.Right, b[2]) - Math.Max(a.Left, b[0])) * Math.Max(0, Math.Min(a.Bottom, b[3]) - Math.Max(a.Top, b[1]));
        var all = a.Area + (Math.Max(0, b[2] - b[0]) * Math.Max(0, b[3] - b[1])) - shared;
        return all > 0 ? shared / all : 0;
    }
}
