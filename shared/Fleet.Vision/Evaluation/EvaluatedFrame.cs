using Fleet.Contracts;

namespace Fleet.Vision.Evaluation;

/// <summary>A box in double precision, as label files give it; (X, Y) is the top-left corner, px.</summary>
/// <param name="X">Left edge, px.</param>
/// <param name="Y">Top edge, px.</param>
/// <param name="Width">Width, px.</param>
/// <param name="Height">Height, px.</param>
public readonly record struct ExactBox(double X, double Y, double Width, double Height)
{
    /// <summary>Width times height, px².</summary>
    public double Area => Width * Height;

    /// <summary>Right edge, px.</summary>
    public double Right => X + Width;

    /// <summary>Bottom edge, px.</summary>
    public double Bottom => Y + Height;

    /// <summary>The same numbers, widened without change.</summary>
    public static ExactBox Of(in Box box) => new(box.X, box.Y, box.Width, box.Height);

    /// <summary>The nearest float32 box.</summary>
    public Box ToBox() => new((float)X, (float)Y, (float)Width, (float)Height);
}

/// <summary>What is there.</summary>
/// <param name="Label">Class name.</param>
/// <param name="Box">Where.</param>
public sealed record TruthBox(string Label, ExactBox Box)
{
    /// <summary>Area by which the object counts as small, medium or large, px²: COCO takes that of its mask; null takes the box's.</summary>
    public double? Area { get; init; }

    /// <summary>COCO's <c>iscrowd</c>: a region of many; boxes inside are neither right nor wrong.</summary>
    public bool Crowd { get; init; }

    /// <summary>VOC's <c>difficult</c>: need not be found, and whoever finds it is not punished; COCO's numbers do not know it.</summary>
    public bool Difficult { get; init; }
}

/// <summary>What was found.</summary>
/// <param name="Label">Class name.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Box">Where.</param>
public sealed record FoundBox(string Label, double Score, ExactBox Box);

/// <summary>A frame with both.</summary>
/// <param name="Name">To show it by.</param>
/// <param name="Truth">What is there.</param>
/// <param name="Found">What was found, at every score: average precision needs the weak ones too.</param>
public sealed record EvaluatedFrame(string Name, IReadOnlyList<TruthBox> Truth, IReadOnlyList<FoundBox> Found)
{
    /// <summary>A frame that a version looked at.</summary>
    public static EvaluatedFrame Of(string name, JudgedFrame frame) => new(
        name,
        [.. frame.Truth.Select(a => new TruthBox(a.Label, ExactBox.Of(a.Box)))],
        [.. frame.Found.Select(d => new FoundBox(d.Label, d.Score, ExactBox.Of(d.Box)))]);

    /// <summary>Class by class the frames in which there is anything of it, with that alone, in their order.</summary>
    internal static IReadOnlyDictionary<string, List<EvaluatedFrame>> ByLabel(IReadOnlyList<EvaluatedFrame> frames)
    {
        var classes = new SortedDictionary<string, List<EvaluatedFrame>>(StringComparer.Ordinal);
        foreach (var frame in frames)
        {
            var (truth, found) = (frame.Truth.ToLookup(t => t.Label), frame.Found.ToLookup(f => f.Label));
            foreach (var label in truth.Select(t => t.Key).Union(found.Select(f => f.Key)))
            {
                if (!classes.TryGetValue(label, out var parts))
                {
                    classes[label] = parts = [];
                }

                parts.Add(new EvaluatedFrame(frame.Name, [.. truth[label]], [.. found[label]]));
            }
        }

        return classes;
    }
}
