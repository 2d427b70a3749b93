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

/// <summary>The ways outputs become boxes.</summary>
public static class Heads
{
    /// <summary>Boxes of the first picture of a batch that score at least <paramref name="threshold"/>, in no order, before suppression.</summary>
    /// <param name="head">One of <see cref="HeadKinds"/>.</param>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="input">What it was fed.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="threshold">0 to 1.</param>
    /// <param name="into">Filled; cleared first.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: outputs of another shape; says what was given and wanted.</exception>
    public static void Decode(string head, IReadOnlyList<HeadOutput> outputs, InputSpec input, int classes, float threshold, List<Candidate> into)
    {
        into.Clear();
        switch (head)
        {
            case HeadKinds.Fleet:
                var (peaks, ltrb) = (Find(outputs, "peaks"), Find(outputs, "ltrb"));
                if (peaks is null || ltrb is null || !FitsFleet(peaks, ltrb, classes))
                {
                    throw Misfit(head, outputs, $"peaks[N,{classes},h,w] and ltrb[N,4,h,w]");
                }

                FleetHead.Decode(peaks, ltrb, input, threshold, into);
                break;
            case HeadKinds.Yolox:
                if (outputs.Count != 1 || !FitsYolox(outputs[0], input, classes))
                {
                    throw Misfit(head, outputs, $"one output [1,{Anchors(input)},{5 + classes}] ({classes} classes, {input.WidthPx}x{input.HeightPx} input)");
                }

                YoloxHead.Decode(outputs[0], input, classes, threshold, into);
                break;
            default:
                throw new ProblemException(Problems.ModelHead, $"The head '{head}' is not known: wanted {string.Join(" or ", HeadKinds.All)}.");
        }
    }

    private static int Anchors(InputSpec input) => HeadKinds.YoloxAnchors(input.WidthPx, input.HeightPx);

    private static HeadOutput? Find(IReadOnlyList<HeadOutput> outputs, string name) => outputs.FirstOrDefault(o => o.Name == name);

    private static bool FitsFleet(HeadOutput peaks, HeadOutput ltrb, int classes) =>
        peaks.Shape is [>= 1, var c, >= 1, >= 1] && c == classes
        && ltrb.Shape is [>= 1, 4, var h, var w] && h == peaks.Shape[2] && w == peaks.Shape[3]
        && peaks.Values.Length >= classes * h * w && ltrb.Values.Length >= 4 * h * w;

    private static bool FitsYolox(HeadOutput output, InputSpec input, int classes) =>
        output.Shape is [1, var anchors, var row] && anchors == Anchors(input) && row == 5 + classes
        && output.Values.Length >= anchors * row;

    private static ProblemException Misfit(string head, IReadOnlyList<HeadOutput> outputs, string wanted) =>
        new(Problems.ModelHead, $"The network gave {string.Join(" and ", outputs)}; head '{head}' wants {wanted}. Likely the classes, the input size or the head of the card are another network's.");
}
