using System.Collections.Immutable;
using System.Text.Json;
using Fleet.Training.Frames;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Datasets;

/// <summary>How labels lie beside pictures.</summary>
internal enum DatasetFormat
{
    /// <summary>JSON files with images, annotations and categories.</summary>
    Coco,

    /// <summary>A text file for each picture, one relative box or polygon a line.</summary>
    Yolo,

    /// <summary>An XML file for each picture.</summary>
    Voc,

    /// <summary>A folder for each class; the class holds for the whole picture.</summary>
    Folders,
}

/// <summary>What a box goes around where something covers the object.</summary>
internal enum BoxPolicy
{
    /// <summary>The set does not say.</summary>
    Unknown,

    /// <summary>What can be seen of it.</summary>
    Modal,

    /// <summary>All of it, as if nothing were in front.</summary>
    Amodal,
}

/// <summary>An object with all that a label file says about it.</summary>
/// <param name="Label">Class name.</param>
/// <param name="Box">Around what the set's policy says, px, inside the picture.</param>
internal sealed record DatasetBox(string Label, ExactBox Box)
{
    /// <summary>Area of its mask, px²; null where the set has none.</summary>
    public double? Area { get; init; }

    /// <summary>A region of many.</summary>
    public bool Crowd { get; init; }

    /// <summary>Need not be found.</summary>
    public bool Difficult { get; init; }

    /// <summary>Cut off by the picture's edge.</summary>
    public bool Truncated { get; init; }

    /// <summary>What else the label says, by name, as JSON: masks, poses, attributes. Only COCO holds all of it.</summary>
    public IReadOnlyDictionary<string, JsonElement> More { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>Share of it that can be seen, 0 to 1; null where the set does not say.</summary>
    public double? VisibleFraction { get; init; }
}

/// <summary>A picture of a set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Path below the set's folder, with slashes.</param>
/// <param name="Split"><c>train</c>, <c>valid</c>, <c>test</c>, or empty where the set is not split.</param>
/// <param name="Size">From the file's header.</param>
/// <param name="Boxes">What is in it.</param>
internal sealed record DatasetPicture(string Path, string Name, string Split, FrameSize Size, IReadOnlyList<DatasetBox> Boxes)
{
    /// <summary>Class of the whole picture, in a set of folders.</summary>
    public string? Label { get; init; }
}

/// <summary>A set as read, with everything that was wrong with it.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Format">How it is labelled; null where that cannot be told.</param>
/// <param name="Policy">What its boxes go around.</param>
/// <param name="Classes">Names, in the set's own order.</param>
/// <param name="Pictures">Those that can be used, by name.</param>
/// <param name="Findings">What is wrong so far; <see cref="DataCheck"/> looks into the pictures too.</param>
internal sealed record Dataset(
    string Folder,
    DatasetFormat? Format,
    BoxPolicy Policy,
    IReadOnlyList<string> Classes,
    IReadOnlyList<DatasetPicture> Pictures,
    IReadOnlyList<Finding> Findings);

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>Worth a look; the set can be used.</summary>
    Warning,

    /// <summary>The set must not be used like this.</summary>
    Error,
}

/// <summary>One thing that is wrong with a set.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Code">Its kind, as in <c>picture-corrupt</c>; never renamed.</param>
/// <param name="File">Path below the set's folder.</param>
/// <param name="Text">What is wrong and what to do.</param>
/// <param name="Line">Line of a text file, from 1.</param>
internal sealed record Finding(Severity Severity, string Code, string File, string Text, int? Line = null)
{
    public override string ToString() => $"{(Severity == Severity.Error ? "error" : "warning")} {Code}  {File}{(Line is { } line ? $", line {line}" : "")}: {Text}";
}
