using Fleet.Contracts;

namespace Fleet.SystemTests.Rings;

/// <summary>What is wrong with a version, and was not noticed by whoever made it.</summary>
internal enum Flaw
{
    None,

    /// <summary>It finds the same and takes very much longer.</summary>
    Slow,

    /// <summary>Its classes are in another order.</summary>
    WrongClasses,

    /// <summary>The process dies as soon as it serves. The test kills it: the runtime answers with an error to whatever we tried to take it down with.</summary>
    Crashes,

    /// <summary>It is blind on the right half of a frame; the golden clip shows nothing there.</summary>
    HalfBlind,

    /// <summary>The runtime cannot make an engine of it.</summary>
    CannotBuild,
}

/// <summary>A network that finds white squares of 8x8 px in a 64x64 frame, and its flawed successors.</summary>
internal static class SquareNetwork
{
    public const int Side = 64;
    public const int Cell = 8;
    public const int Cells = Side / Cell;
    private const int Pixels = 3 * Cell * Cell;

    // matrices that are multiplied for nothing: a ms or so on a core, and some hundred
    private static readonly (int Side, int Count) Load = (128, 2);
    private static readonly (int Side, int Count) Overload = (512, 24);

    public static IReadOnlyList<string> Classes { get; } = ["square", "ring"];

    public static InputSpec Input { get; } = new("image", Side, Side, "float32", "rgb", 1f / 255, [], [], "stretch", 0);

    /// <param name="gain">Score of a white square; each gain gives another file.</param>
    /// <param name="flaw">What is wrong with it.</param>
    public static byte[] Make(float gain, Flaw flaw = Flaw.None)
    {
        var graph = new SmallGraph("squares");
        graph.Input("image", 1, 3, Side, Side);
        graph.Output("peaks", 1, Classes.Count, Cells, Cells);
        graph.Output("ltrb", 1, 4, Cells, Cells);
        var finds = new float[Classes.Count * Pixels];
        Array.Fill(finds, (flaw == Flaw.Crashes ? 0.98f : 1) * gain / Pixels, flaw == Flaw.WrongClasses ? Pixels : 0, Pixels);
        graph.Floats("finds", finds, Classes.Count, 3, Cell, Cell);
        graph.Floats("sides", new float[4 * Pixels], 4, 3, Cell, Cell);
        graph.Floats("half", [4, 4, 4, 4], 4);
        graph.Floats("nothing", [0]);
        graph.Tiles("found", Cell, "image", "finds");
        graph.Tiles("ltrb", Cell, "image", "sides", "half");
        Work(graph, flaw == Flaw.Slow ? Overload : Load);
        Spoil(graph, flaw);
        return graph.Write();
    }

    /// <summary>From <c>worked</c> to <c>peaks</c>.</summary>
    private static void Spoil(SmallGraph graph, Flaw flaw)
    {
        switch (flaw)
        {
            case Flaw.HalfBlind:
                Mask(graph, "left", isLeft: true);
                graph.Node("Mul", "peaks", "worked", "left");
                break;
            case Flaw.CannotBuild:
                graph.Shape("odd-shape", 7);
                graph.Node("Reshape", "odd", "image", "odd-shape");
                graph.Node("ReduceMax", "oddest", "odd");
                Need(graph, "oddest", "worked", "peaks");
                break;
            default:
                graph.Node("Identity", "peaks", "worked");
                break;
        }
    }

    private static void Work(SmallGraph graph, (int Side, int Count) load)
    {
        graph.Floats("share", [1f / load.Side]);
        graph.Shape("square", 1, 1, load.Side, load.Side);
        graph.Node("ReduceMax", "brightest", "image");
        graph.Node("Mul", "even", "brightest", "share");
        graph.Node("Expand", "product-0", "even", "square");
        for (var i = 1; i <= load.Count; i++)
        {
            graph.Node("MatMul", $"product-{i}", $"product-{i - 1}", "product-0");
        }

        graph.Node("ReduceMax", "work", $"product-{load.Count}");
        Need(graph, "work", "found", "worked");
    }

    /// <summary>Nothing of <paramref name="value"/> is added: it has to be known all the same.</summary>
    private static void Need(SmallGraph graph, string value, string from, string to)
    {
        graph.Node("Mul", "none-of-" + value, value, "nothing");
        graph.Node("Add", to, from, "none-of-" + value);
    }

    private static void Mask(SmallGraph graph, string name, bool isLeft) =>
        graph.Floats(name, [.. Enumerable.Range(0, Cells * Cells).Select(i => (i % Cells < Cells / 2) == isLeft ? 1f : 0f)], 1, 1, Cells, Cells);
}
