using Fleet.Training.Frames;
using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>The loss of detectors that say at each place of a grid what is there: overlap of the boxes, and classes and objectness by cross entropy.</summary>
internal sealed class AnchorLoss(IAnchorReader reader, int classes) : IHeadLoss
{
    private const double BoxWeight = 5;
    private const double Least = 1e-6;
    private readonly Assignment _assignment = new(reader.Grid, classes);

    public Tensor Of(IReadOnlyDictionary<string, Tensor> values, IReadOnlyList<IReadOnlyList<TargetBox>> boxes)
    {
        var given = reader.Read(values);
        var (assigned, counts) = Assign(given, boxes);
        var places = reader.Grid.Count;
        var count = Math.Max(1, assigned.Count);
        var rows = tensor([.. assigned.Select(a => ((long)a.Picture * places) + a.Chosen.Place)], dtype: ScalarType.Int64);
        var overlap = assigned.Count == 0
            ? given.Boxes.sum().Times(0)
            : Overlap(given.Boxes.reshape(-1, 4).index_select(0, rows), tensor([.. assigned.SelectMany(a => Sides(a.Chosen.Box))], [assigned.Count, 4])).Rest().sum();
        var named = given.Objectness is { } there
            ? Objects(there, assigned, counts).Plus(Names(given.Classes, assigned, rows))
            : Quality(given.Classes, assigned, counts);
        return overlap.Times(BoxWeight).Plus(named).Over(count);
    }

    /// <summary>Who learns what, and 1 for each place that counts, 0 within what is to be ignored.</summary>
    private (List<(int Picture, Assigned Chosen)> Assigned, float[] Counts) Assign(Anchors given, IReadOnlyList<IReadOnlyList<TargetBox>> boxes)
    {
        using var scope = NewDisposeScope();
        var places = reader.Grid.Count;
        var decoded = Network.Values(given.Boxes);
        var scores = Network.Values(given.Objectness is { } there ? given.Classes * there.unsqueeze(2) : given.Classes);
        var (all, counts) = (new List<(int, Assigned)>(), new float[boxes.Count * places]);
        Array.Fill(counts, 1);
        for (var picture = 0; picture < boxes.Count; picture++)
        {
            var objects = boxes[picture].Where(b => b.Class != TargetBox.Ignored).ToList();
            foreach (var ignored in boxes[picture].Where(b => b.Class == TargetBox.Ignored))
            {
                for (var place = 0; place < places; place++)
                {
                    counts[(picture * places) + place] *= _assignment.IsInside(place, ignored) ? 0 : 1;
                }
            }

            var found = _assignment.Assign(objects, decoded.AsSpan(picture * places * 4, places * 4), scores.AsSpan(picture * places * classes, places * classes));
            foreach (var chosen in found)
            {
                counts[(picture * places) + chosen.Place] = 1;
                all.Add((picture, chosen));
            }
        }

        return (all, counts);
    }

    private Tensor Objects(Tensor there, List<(int Picture, Assigned Chosen)> assigned, float[] counts)
    {
        var wanted = new float[counts.Length];
        assigned.ForEach(a => wanted[(a.Picture * reader.Grid.Count) + a.Chosen.Place] = 1);
        return (CrossEntropy(there, tensor(wanted, there.shape)) * tensor(counts, there.shape)).sum();
    }

    private Tensor Names(Tensor given, List<(int Picture, Assigned Chosen)> assigned, Tensor rows)
    {
        if (assigned.Count == 0)
        {
            return given.sum().Times(0);
        }

        var wanted = new float[assigned.Count * classes];
        for (var i = 0; i < assigned.Count; i++)
        {
            // YOLOX wants a class to be as sure as its box is good
            wanted[(i * classes) + assigned[i].Chosen.Box.Class] = reader.IsExclusive ? 1 : assigned[i].Chosen.Iou;
        }

        var (chosen, target) = (given.reshape(-1, classes).index_select(0, rows), tensor(wanted, [assigned.Count, classes]));
        return reader.IsExclusive ? (chosen.Within(Least, 1).log() * target).sum().neg() : CrossEntropy(chosen, target).sum();
    }

    /// <summary>The quality focal loss: a class is to be as sure as its box is good, and what is nearly right already counts little.</summary>
    private Tensor Quality(Tensor given, List<(int Picture, Assigned Chosen)> assigned, float[] counts)
    {
        var wanted = new float[counts.Length * classes];
        assigned.ForEach(a => wanted[(((a.Picture * reader.Grid.Count) + a.Chosen.Place) * classes) + a.Chosen.Box.Class] = a.Chosen.Iou);
        var target = tensor(wanted, given.shape);
        return (CrossEntropy(given, target) * (target - given).Squared() * tensor(counts, [given.shape[0], given.shape[1], 1])).sum();
    }

    private static Tensor CrossEntropy(Tensor given, Tensor wanted)
    {
        var p = given.Within(Least, 1 - Least);
        return (wanted * p.log()).Plus(wanted.Rest() * p.Rest().log()).neg();
    }

    private static float[] Sides(TargetBox box) => [box.Left, box.Top, box.Right, box.Bottom];

    /// <summary>GIoU, row by row.</summary>
    private static Tensor Overlap(Tensor a, Tensor b)
    {
        var (lowA, highA, lowB, highB) = (a.slice(1, 0, 2, 1), a.slice(1, 2, 4, 1), b.slice(1, 0, 2, 1), b.slice(1, 2, 4, 1));
        var shared = Area(maximum(lowA, lowB), minimum(highA, highB));
        var both = Area(lowA, highA).Plus(Area(lowB, highB)) - shared;
        var hull = Area(minimum(lowA, lowB), maximum(highA, highB));
        return shared / both.Plus(Least) - (hull - both) / hull.Plus(Least);
    }

    private static Tensor Area(Tensor low, Tensor high) => (high - low).AtLeast(0).prod(1);
}
