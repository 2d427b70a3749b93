using Fleet.Contracts;
using Fleet.Training.Datasets.Formats;
using Fleet.Training.Frames;

namespace Fleet.Training.Datasets;

/// <summary>A folder of pictures with a folder of YOLO labels anywhere else, as the command line can name them.</summary>
internal static class PictureFolders
{
    /// <summary>Reads the folders; without labels the pictures count as empty.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.DatasetInvalid"/>: the text lists what is wrong, file by file.</exception>
    public static IReadOnlyList<LabelledPicture> Read(string images, string? labels, IReadOnlyList<string> classes)
    {
        foreach (var missing in new[] { images, labels }.OfType<string>().Where(f => !Directory.Exists(f)))
        {
            throw new ProblemException(Problems.DatasetInvalid, $"There is no folder {missing}.");
        }

        var (at, beside) = (Path.GetFullPath(images), Path.GetFullPath(labels ?? images));
        var folder = new DatasetFolder(Shared(at, beside), at, beside);
        var pictures = labels is null ? Plain(folder) : [.. YoloReader.Read(folder, classes).Pictures.Select(p => new LabelledPicture(p.Path, [.. p.Boxes.Select(b => new Annotation(b.Label, b.Box.ToBox()))]))];
        var errors = folder.Findings.Where(f => f.Severity == Severity.Error).ToList();
        return errors.Count == 0 ? pictures : throw new ProblemException(Problems.DatasetInvalid, $"{images} cannot be used:\n{string.Join('\n', errors.Take(20))}");
    }

    private static List<LabelledPicture> Plain(DatasetFolder folder) => [.. folder.Pictures.Where(p => folder.HeaderOf(p) is not null).Select(p => new LabelledPicture(folder.At(p), []))];

    private static string Shared(string a, string b)
    {
        var (left, right) = (a.Split('/'), b.Split('/'));
        var same = left.Zip(right).TakeWhile(p => p.First == p.Second).Count();
        return string.Join('/', left[..same]) is { Length: > 0 } path ? path : "/";
    }
}
