namespace Fleet.Vision.Evaluation;

/// <summary>The twelve numbers of COCO's detection challenge, 0 to 1; null where nothing of the kind is there (the reference prints -1).</summary>
/// <param name="Ap">Average precision, mean over IoU 0.5, 0.55 … 0.95 and classes.</param>
/// <param name="Ap50">At IoU 0.5.</param>
/// <param name="Ap75">At IoU 0.75.</param>
/// <param name="ApSmall">Objects of up to 32² px.</param>
/// <param name="ApMedium">Objects of 32² to 96² px.</param>
/// <param name="ApLarge">Objects from 96² px.</param>
/// <param name="Ar1">Average recall with the strongest box a frame and class.</param>
/// <param name="Ar10">With the ten strongest.</param>
/// <param name="Ar100">With the hundred strongest.</param>
/// <param name="ArSmall">Recall of small objects, hundred boxes.</param>
/// <param name="ArMedium">Recall of medium objects.</param>
/// <param name="ArLarge">Recall of large objects.</param>
/// <param name="Classes">The same, class by class, ordered by name; classes that do not occur in the truth are left out.</param>
public sealed record CocoScores(
    double? Ap,
    double? Ap50,
    double? Ap75,
    double? ApSmall,
    double? ApMedium,
    double? ApLarge,
    double? Ar1,
    double? Ar10,
    double? Ar100,
    double? ArSmall,
    double? ArMedium,
    double? ArLarge,
    IReadOnlyList<CocoClassScores> Classes);

/// <summary>One class; null as in <see cref="CocoScores"/>.</summary>
/// <param name="Label">Class name.</param>
/// <param name="Objects">Objects in the truth, crowds not counted.</param>
/// <param name="Ap">Mean over IoU 0.5 … 0.95.</param>
/// <param name="Ap50">At IoU 0.5.</param>
/// <param name="Ap75">At IoU 0.75.</param>
/// <param name="ApSmall">Small objects.</param>
/// <param name="ApMedium">Medium objects.</param>
/// <param name="ApLarge">Large objects.</param>
/// <param name="Ar100">Recall with a hundred boxes, mean over IoU.</param>
public sealed record CocoClassScores(
    string Label,
    int Objects,
    double? Ap,
    double? Ap50,
    double? Ap75,
    double? ApSmall,
    double? ApMedium,
    double? ApLarge,
    double? Ar100);

/// <summary>Objects by area, as COCO divides them; an object on a border belongs to both sides.</summary>
/// <param name="Name"><c>all</c>, <c>small</c>, <c>medium</c> or <c>large</c>.</param>
/// <param name="From">Smallest area, px².</param>
/// <param name="To">Largest area, px².</param>
public sealed record SizeRange(string Name, double From, double To)
{
    /// <summary>Every size.</summary>
    public static SizeRange All { get; } = new("all", 0, 1e10);

    /// <summary>Up to 32² px.</summary>
    public static SizeRange Small { get; } = new("small", 0, 32 * 32);

    /// <summary>32² to 96² px.</summary>
    public static SizeRange Medium { get; } = new("medium", 32 * 32, 96 * 96);

    /// <summary>From 96² px.</summary>
    public static SizeRange Large { get; } = new("large", 96 * 96, 1e10);

    /// <summary>Whether an area, px², belongs.</summary>
    public bool Has(double area) => area >= From && area <= To;
}
