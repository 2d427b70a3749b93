using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>A box that a network proposes, in model px.</summary>
/// <param name="Class">Index of the class.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Box">Where, in px of the network's input.</param>
public readonly record struct Candidate(int Class, float Score, Box Box);

/// <summary>An output of a network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Values">Its elements, row by row.</param>
public sealed record HeadOutput(string Name, IReadOnlyList<int> Shape, float[] Values);

/// <summary>The ways outputs become boxes.</summary>
public static class Heads
{
    /// <summary><c>peaks</c> f32[N,C,h,w] (sigmoid, all but local maxima zeroed) and <c>ltrb</c> f32[N,4,h,w] (distances in input px from the cell centre).</summary>
    public const string Fleet = "fleet";

    /// <summary>f32[1,anchors,5+C]: undecoded boxes on grids of stride 8, 16 and 32; objectness and classes after the sigmoid.</summary>
    public const string Yolox = "yolox";

    /// <summary>Every name there is.</summary>
    public static IReadOnlyList<string> All { get; } = [Fleet, Yolox];

    /// <summary>Boxes of the first picture of a batch that score at least <paramref name="threshold"/>, in no order, before suppression.</summary>
    /// <param name="head">One of <see cref="All"/>.</param>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="input">What it was fed.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="threshold">0 to 1.</param>
    /// <param name="into">Filled; cleared first.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: outputs of another shape; says what was given and wanted.</exception>
    public static void Decode(string head, IReadOnlyList<HeadOutput> outputs, InputSpec input, int classes, float threshold, List<Candidate> into) =>
        throw new NotImplementedException();
}

/// <summary>Of boxes of a class that overlap, keeps the strongest.</summary>
public static class Suppression
{
    /// <summary>Sorts <paramref name="candidates"/> by falling score and drops each that overlaps a stronger one of its class by more than <paramref name="maxIou"/>.</summary>
    /// <param name="candidates">Changed in place.</param>
    /// <param name="maxIou">Intersection over union, 0 to 1.</param>
    /// <param name="maxCount">No more than so many are looked at, strongest first.</param>
    public static void Apply(List<Candidate> candidates, float maxIou, int maxCount = 1000) => throw new NotImplementedException();
}

/// <summary>Arithmetic on boxes.</summary>
public static class Boxes
{
    /// <summary>Intersection over union, 0 to 1.</summary>
    public static float Iou(in Box a, in Box b)
    {
        var width = Math.Min(a.X + a.Width, b.X + b.Width) - Math.Max(a.X, b.X);
        var height = Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        var shared = width * height;
        return shared / ((a.Width * a.Height) + (b.Width * b.Height) - shared);
    }
}
