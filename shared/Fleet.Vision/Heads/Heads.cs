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
public sealed record HeadOutput(string Name, IReadOnlyList<int> Shape, float[] Values)
{
    /// <summary>As in <c>peaks[1,6,40,40]</c>.</summary>
    public override string ToString() => $"{Name}[{string.Join(',', Shape)}]";
}

/// <summary>What a decoder knows of its network.</summary>
/// <param name="Head">One of <see cref="HeadKinds"/>.</param>
/// <param name="Input">What the network is fed.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Scores">One of <see cref="ScoreForms"/>; null takes the network's scores as they are.</param>
public sealed record HeadSpec(string Head, InputSpec Input, int Classes, string? Scores = null);

/// <summary>Turns outputs into boxes. It reuses its memory: one thread at a time.</summary>
public interface IHead
{
    /// <summary>Adds the boxes of the first picture of a batch, in no order, before suppression.</summary>
    /// <param name="outputs">The network's outputs, of the names and shapes that the head was made for.</param>
    /// <param name="floor">Boxes below this score are left out, 0 to 1.</param>
    /// <param name="threshold">Score from which a box counts; heads that join cells join those above it, and apart from them those above <paramref name="floor"/>.</param>
    /// <param name="into">Added to.</param>
    void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into);
}

/// <summary>The ways outputs become boxes.</summary>
public static class Heads
{
    /// <summary>The decoder of a network with these outputs.</summary>
    /// <param name="spec">What the version's card says.</param>
    /// <param name="outputs">Outputs of the network; their shapes count, their values do not.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: an unknown head or outputs of another shape; says what was given and wanted.</exception>
    public static IHead Create(HeadSpec spec, IReadOnlyList<HeadOutput> outputs)
    {
        var (input, classes) = (spec.Input, spec.Classes);
        if (!HeadKinds.All.Contains(spec.Head))
        {
            throw new ProblemException(Problems.ModelHead, $"The head '{spec.Head}' is not known: wanted {string.Join(" or ", HeadKinds.All)}.");
        }

        var facts = new HeadFacts(
            [.. outputs.Select(o => new HeadTensor(o.Name, [.. o.Shape.Select(d => (long?)d)]))],
            input.WidthPx, input.HeightPx, classes, input.Layout == Layouts.Tiles ? InputRules.TilesOf(input) : null);
        var match = HeadShapes.Match(spec.Head, facts) ?? throw Misfit(spec.Head, outputs, facts);
        var scores = ScoreMap.Of(spec.Scores);
        return spec.Head switch
        {
            HeadKinds.Fleet => new FleetHead(match, input),
            HeadKinds.Yolox => new YoloxHead(match, input, classes),
            HeadKinds.YoloV5 => new YoloV5Head(classes),
            HeadKinds.YoloV8 => new YoloV8Head(match, classes),
            HeadKinds.Ssd => new SsdHead(match, input, classes, scores),
            HeadKinds.FastestDet => new FastestDetHead(input, classes),
            HeadKinds.NanoDet => new NanoDetHead(match, input, classes, outputs),
            HeadKinds.CenterNet => new CenterNetHead(match, input, classes, scores),
            HeadKinds.YuNet => new YuNetHead(match, input),
            HeadKinds.Classes => new ClassesHead(input, classes, scores),
            HeadKinds.Tiles => new TilesHead(match, input, classes, scores),
            _ => new HeatmapHead(match, input, classes, scores),
        };
    }

    private static ProblemException Misfit(string head, IReadOnlyList<HeadOutput> outputs, HeadFacts facts) =>
        new(Problems.ModelHead, $"The network gave {string.Join(" and ", outputs)}; head '{head}' wants {HeadShapes.Wanted(head, facts)}. Likely the classes, the input size or the head of the card are another network's.");
}

internal static class Candidates
{
    /// <summary>Leaves out what is no box: no area, or not finite.</summary>
    public static void Add(List<Candidate> into, int label, float score, Box box)
    {
        if (box is { Width: > 0 and < float.PositiveInfinity, Height: > 0 and < float.PositiveInfinity } && float.IsFinite(box.X) && float.IsFinite(box.Y))
        {
            into.Add(new(label, Math.Min(score, 1), box));
        }
    }

    /// <summary>Index of the largest value; the first of equal ones.</summary>
    public static int Best(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    /// <summary>A box around its centre.</summary>
    public static Box Centred(float x, float y, float width, float height) => new(x - (width / 2), y - (height / 2), width, height);
}
