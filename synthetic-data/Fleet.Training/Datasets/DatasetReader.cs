using Fleet.Contracts;
using Fleet.Training.Datasets.Formats;

namespace Fleet.Training.Datasets;

/// <summary>What a caller knows better than the folder.</summary>
internal sealed record ReadOptions
{
    /// <summary>How it is labelled; null finds out.</summary>
    public DatasetFormat? Format { get; init; }

    /// <summary>What its boxes go around, for a set that does not say; of a set with both kinds of boxes it chooses one.</summary>
    public BoxPolicy Policy { get; init; }

    /// <summary>Class names for YOLO numbers, where the folder has none.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];
}

/// <summary>Reads a labelled set of any known format; what is wrong becomes a finding, never an exception.</summary>
internal static class DatasetReader
{
    private const string Known = "a COCO file, YOLO text files, VOC files or a folder for each class";

    /// <exception cref="ProblemException"><see cref="Problems.DatasetInvalid"/>: there is no such folder.</exception>
    public static Dataset Read(string path, ReadOptions options)
    {
        var folder = new DatasetFolder(path);
        var coco = options.Format is null or DatasetFormat.Coco ? CocoLabelFile.FindIn(folder) : [];
        var format = options.Format ?? FormatOf(folder, coco);
        foreach (var name in folder.Pictures)
        {
            // every picture that cannot be used is told, whether a label names it or not
            folder.HeaderOf(name);
        }

        var (classes, pictures, policy) = format switch
        {
            DatasetFormat.Coco => CocoReader.Read(folder, coco, options.Policy),
            DatasetFormat.Yolo => YoloReader.Read(folder, options.Classes),
            DatasetFormat.Voc => VocReader.Read(folder),
            DatasetFormat.Folders => FolderReader.Read(folder),
            _ => ([], [], BoxPolicy.Unknown),
        };
        return new Dataset(
            folder.Root,
            format,
            PolicyOf(folder, policy, options.Policy),
            classes,
            [.. pictures.OrderBy(p => p.Name, StringComparer.Ordinal)],
            [.. folder.Findings]);
    }

    private static DatasetFormat? FormatOf(DatasetFolder folder, IReadOnlyList<CocoLabelFile> coco)
    {
        var found = new List<DatasetFormat>();
        Add(coco.Count > 0, DatasetFormat.Coco);
        Add(VocReader.FilesIn(folder).Any(), DatasetFormat.Voc);
        Add(YoloReader.FilesIn(folder).Any(), DatasetFormat.Yolo);
        if (found.Count == 0)
        {
            Add(FolderReader.Fits(folder), DatasetFormat.Folders);
        }

        switch (found)
        {
            case [var only]:
                return only;
            case []:
                folder.Error("dataset-format", ".", folder.Pictures.Count == 0
                    ? $"There is no picture here among {folder.Files.Count} files: wanted are JPEG, PNG, WebP or TIFF files with {Known}."
                    : $"There are {folder.Pictures.Count} pictures and no labels that are understood: wanted are {Known}.");
                return null;
            default:
                folder.Error("dataset-format", ".", $"The folder has labels of several formats ({string.Join(", ", found)}): say which with --format, or give the folder of one of them.");
                return null;
        }

        void Add(bool there, DatasetFormat format)
        {
            if (there)
            {
                found.Add(format);
            }
        }
    }

    private static BoxPolicy PolicyOf(DatasetFolder folder, BoxPolicy declared, BoxPolicy asked)
    {
        var noted = declared == BoxPolicy.Unknown ? folder.Notes.Policy : declared;
        if (noted != BoxPolicy.Unknown && asked != BoxPolicy.Unknown && noted != asked)
        {
            folder.Error("policy-mixed", ".", $"The set says that its boxes are {noted}, {asked} ones are asked for: boxes around the visible part and around the whole object must not be mixed.");
        }

        return noted == BoxPolicy.Unknown ? asked : noted;
    }
}
