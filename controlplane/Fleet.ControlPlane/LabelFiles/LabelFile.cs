using Fleet.Contracts;

namespace Fleet.ControlPlane.LabelFiles;

/// <summary>A labelled frame on its way out.</summary>
internal sealed record OutFrame(SampleResponse Sample)
{
    /// <summary>Name of its picture in any set that Fleet writes; it is found again by it.</summary>
    public string Stem => Sample.Frame.Digest.Hex;

    public FrameMessage Frame => Sample.Frame;

    public IReadOnlyList<Annotation> Boxes => Sample.Label ?? [];
}

/// <summary>A frame's label as a file says it.</summary>
/// <param name="Picture">Name of the picture, folders left out.</param>
/// <param name="Where">File that says it, for people.</param>
/// <param name="Boxes">Its boxes, given the size of the picture: some formats hold shares only.</param>
internal sealed record InLabel(string Picture, string Where, Func<int, int, IReadOnlyList<Annotation>> Boxes);

/// <summary>A text file of a set.</summary>
internal sealed record SetFile(string Name, string Text);

/// <summary>A format of labelled sets: plain functions between frames and files.</summary>
/// <param name="Write">The files of a set.</param>
/// <param name="Read">What the files of a set say; a file that cannot be read is a finding.</param>
/// <param name="Losses">What it cannot hold, in sentences.</param>
internal sealed record LabelFormat(
    Func<IReadOnlyList<OutFrame>, IEnumerable<SetFile>> Write,
    Func<IReadOnlyList<SetFile>, List<string>, IEnumerable<InLabel>> Read,
    IReadOnlyList<string> Losses)
{
    public static LabelFormat Of(LabelFileFormat format) => format switch
    {
        LabelFileFormat.Coco => CocoFiles.Format,
        LabelFileFormat.Yolo => YoloFiles.Format,
        LabelFileFormat.Voc => VocFiles.Format,
        _ => throw new ProblemException(Problems.RequestInvalid, $"There is no format {format}. Wanted: {string.Join(", ", Enum.GetNames<LabelFileFormat>())}."),
    };
}
