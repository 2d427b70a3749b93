using Fleet.Contracts;
using Fleet.Training.Frames;

namespace Fleet.Training.Datasets;

/// <summary>The files of a set, found once, and what is wrong with them, collected on the way.</summary>
internal sealed class DatasetFolder
{
    private static readonly string[] PictureEndings = [".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".heif", ".avif", ".jxl", ".jp2", ".dng"];
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<string, PictureHeader?> _headers = [];
    private readonly ILookup<string, string> _byFileName;
    private DatasetNotes? _notes;

    /// <param name="folder">The set's folder.</param>
    /// <param name="within">Folders below it that are looked into; empty takes all.</param>
    /// <exception cref="ProblemException"><see cref="Problems.DatasetInvalid"/>: there is no such folder.</exception>
    public DatasetFolder(string folder, params IReadOnlyList<string> within)
    {
        Root = Directory.Exists(folder)
            ? Path.GetFullPath(folder)
            : throw new ProblemException(Problems.DatasetInvalid, $"There is no folder {folder}: give the folder that holds the pictures and their labels.");
        Files = [.. (within.Count == 0 ? [Root] : within).SelectMany(below => Directory.EnumerateFiles(below, "*", SearchOption.AllDirectories))
            .Select(NameOf).Where(n => !n.Split('/').Any(part => part.StartsWith('.'))).Distinct().Order(StringComparer.Ordinal)];
        Pictures = [.. Files.Where(IsPicture)];
        _byFileName = Pictures.ToLookup(n => n.Split('/')[^1], StringComparer.Ordinal);
    }

    public string Root { get; }

    /// <summary>Every file, as a path below the folder with slashes.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Those whose names say that they are pictures.</summary>
    public IReadOnlyList<string> Pictures { get; }

    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>What the YAML file at the top says.</summary>
    public DatasetNotes Notes => _notes ??= DatasetNotes.Read(this);

    public string At(string name) => Path.Combine(Root, name);

    public void Error(string code, string file, string text, int? line = null) => _findings.Add(new Finding(Severity.Error, code, file, text, line));

    public void Warn(string code, string file, string text, int? line = null) => _findings.Add(new Finding(Severity.Warning, code, file, text, line));

    /// <summary>What a picture's first bytes say; null where it cannot be used, which is then a finding.</summary>
    public PictureHeader? HeaderOf(string name)
    {
        if (!_headers.TryGetValue(name, out var header))
        {
            header = PictureHeader.Read(At(name), out var problem);
            if (header is null)
            {
                Error(problem!.Value.Code, name, problem.Value.Text);
            }
            else if (!header.Format.FitsEnding(Path.GetExtension(name)))
            {
                Warn("picture-mislabelled", name, $"The file is a {header.Format.Name} under another name: other programs may refuse it; rename it to end in {header.Format.Endings[0]}.");
            }

            _headers[name] = header;
        }

        return header;
    }

    /// <summary>The picture that a label file means by <paramref name="given"/>: beside the label file, in a folder images, or the only one of that name.</summary>
    public string? Find(string given, string labelFile)
    {
        var beside = labelFile.Contains('/', StringComparison.Ordinal) ? labelFile[..(labelFile.LastIndexOf('/') + 1)] : "";
        var name = given.Replace('\\', '/').TrimStart('/');
        string[] places = [beside + name, beside + "images/" + name, name, "images/" + name];
        return places.FirstOrDefault(p => _headers.ContainsKey(p) || _byFileName[p.Split('/')[^1]].Contains(p))
            ?? (_byFileName[name.Split('/')[^1]].ToList() is [var only] ? only : null);
    }

    /// <summary>Which part of the set a picture belongs to, by the folders it lies in.</summary>
    public static string SplitOf(string name) => Split(name.Split('/').SkipLast(1));

    /// <summary>Which part of the set a label file or a list is for, by its folders and the words of its own name.</summary>
    public static string SplitOfFile(string name) => Split(name.Split('/', '_', '.'));

    private static string Split(IEnumerable<string> words) => words.Select(word => word.ToLowerInvariant().TrimEnd("0123456789".ToCharArray()) switch
    {
        "train" or "trainval" or "training" => "train",
        "val" or "valid" or "validation" => "valid",
        "test" or "testing" => "test",
        _ => "",
    }).FirstOrDefault(split => split.Length > 0, "");

    private static bool IsPicture(string name) => PictureEndings.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    private string NameOf(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
