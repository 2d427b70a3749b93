using System.Globalization;
using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Evaluation.Results;

/// <summary>How the four numbers of a line are meant.</summary>
internal enum TextForm
{
    /// <summary>Left, top, width and height, px.</summary>
    Xywh,

    /// <summary>Left, top, right and bottom, px.</summary>
    Xyxy,

    /// <summary>Centre, width and height, relative to the picture.</summary>
    Relative,

    /// <summary>The same, brought to whole pixels, as the review tool of Padilla et al. takes it.</summary>
    RelativeRounded,
}

/// <summary>Reads text files with a box a line: class, score where it was found, four numbers.</summary>
/// <param name="Form">How the numbers are meant.</param>
/// <param name="Classes">Names by number; empty where lines have names.</param>
/// <param name="Size">Of pictures whose size no other file says.</param>
internal sealed record TextBoxes(TextForm Form, IReadOnlyList<string> Classes, FrameSize? Size)
{
    /// <summary>The boxes of a file.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: the text names file and line.</exception>
    public IEnumerable<(string Label, double Score, ExactBox Box)> Read(string path, FrameSize? size, bool scored)
    {
        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (text.Trim().Length > 0)
            {
                yield return Parse(text, $"{path}, line {line}", size ?? Size, scored);
            }
        }
    }

    private (string Label, double Score, ExactBox Box) Parse(string text, string where, FrameSize? size, bool scored)
    {
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var numbers = new double[scored ? 5 : 4];
        var readable = parts.Length == numbers.Length + 1;
        for (var i = 0; i < numbers.Length && readable; i++)
        {
            readable = double.TryParse(parts[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]);
        }

        return readable
            ? (Name(parts[0], where), scored ? numbers[0] : 1, Box(numbers[^4..], where, size))
            : throw new ProblemException(Problems.RequestInvalid, $"{where}: '{text.Trim()}' is no box: wanted is a class{(scored ? ", a score" : "")} and four numbers.");
    }

    private string Name(string given, string where) => Classes.Count == 0 ? given
        : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < Classes.Count ? Classes[index]
        : Classes.Contains(given) ? given
        : throw new ProblemException(Problems.RequestInvalid, $"{where}: the class '{given}' is not among the {Classes.Count} names of --classes.");

    private ExactBox Box(double[] n, string where, FrameSize? size) => Form switch
    {
        TextForm.Xywh => new ExactBox(n[0], n[1], n[2], n[3]),
        TextForm.Xyxy => new ExactBox(n[0], n[1], n[2] - n[0], n[3] - n[1]),
        TextForm.RelativeRounded when size is { } s => new ExactBox(
            Math.Round((n[0] - n[2] / 2) * s.Width), Math.Round((n[1] - n[3] / 2) * s.Height), Math.Round(n[2] * s.Width), Math.Round(n[3] * s.Height)),
        TextForm.Relative when size is { } s => new ExactBox((n[0] - n[2] / 2) * s.Width, (n[1] - n[3] / 2) * s.Height, n[2] * s.Width, n[3] * s.Height),
        _ => throw new ProblemException(Problems.RequestInvalid, $"{where}: relative numbers need the picture's size, which no other file says: give --size, as in 640x480."),
    };
}
