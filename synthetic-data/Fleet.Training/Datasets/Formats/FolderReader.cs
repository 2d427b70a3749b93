namespace Fleet.Training.Datasets.Formats;

/// <summary>A folder for each class; folders above it may part the set into train, valid and test.</summary>
internal static class FolderReader
{
    /// <summary>Whether there are at least two folders with pictures, other than parts of a set.</summary>
    public static bool Fits(DatasetFolder folder) => folder.Pictures.Select(ClassOf).OfType<string>().Distinct().Take(2).Count() == 2;

    public static (IReadOnlyList<string> Classes, IReadOnlyList<DatasetPicture> Pictures, BoxPolicy Policy) Read(DatasetFolder folder)
    {
        var pictures = new List<DatasetPicture>();
        foreach (var name in folder.Pictures)
        {
            if (ClassOf(name) is not { } label)
            {
                folder.Error("picture-unlabelled", name, "The picture lies in no class's folder: move it into one.");
            }
            else if (folder.HeaderOf(name) is { } header)
            {
                pictures.Add(new DatasetPicture(folder.At(name), name, DatasetFolder.SplitOf(name), header.Size, []) { Label = label });
            }
        }

        foreach (var empty in Directory.EnumerateDirectories(folder.Root, "*", SearchOption.AllDirectories).Where(d => !Directory.EnumerateFileSystemEntries(d).Any()))
        {
            folder.Warn("class-empty", Path.GetRelativePath(folder.Root, empty).Replace('\\', '/'), "The folder of this class holds no picture.");
        }

        return ([.. pictures.Select(p => p.Label!).Distinct().Order(StringComparer.Ordinal)], pictures, BoxPolicy.Unknown);
    }

    private static string? ClassOf(string name) =>
        name.Split('/') is [.., var last, _] && last != "images" && DatasetFolder.SplitOf(last + "/") is "" ? last : null;
}
