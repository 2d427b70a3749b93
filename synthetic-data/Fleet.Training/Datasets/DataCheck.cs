using Fleet.Contracts;

namespace Fleet.Training.Datasets;

/// <summary>A set with everything that is wrong with it.</summary>
/// <param name="Set">As read; pictures that turned out damaged are gone.</param>
/// <param name="Findings">By file.</param>
internal sealed record CheckedDataset(Dataset Set, IReadOnlyList<Finding> Findings)
{
    public int Errors => Findings.Count(f => f.Severity == Severity.Error);

    public int Warnings => Findings.Count - Errors;
}

/// <summary>Looks into every picture of a set, and at the set as a whole.</summary>
internal static class DataCheck
{
    /// <summary>Reads and checks <paramref name="path"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.DatasetInvalid"/>: there is no such folder.</exception>
    public static CheckedDataset Check(string path, ReadOptions options)
    {
        var set = DatasetReader.Read(path, options);
        var looks = new PictureLook?[set.Pictures.Count];
        Parallel.For(0, looks.Length, i => looks[i] = PictureLook.Of(set.Pictures[i].Path));

        var findings = new List<Finding>(set.Findings);
        var whole = new List<(DatasetPicture Picture, PictureLook Look)>();
        for (var i = 0; i < looks.Length; i++)
        {
            if (looks[i] is { } look)
            {
                whole.Add((set.Pictures[i], look));
                findings.AddRange(Pictures(set.Pictures[i], look));
            }
            else
            {
                findings.Add(new Finding(Severity.Error, "picture-corrupt", set.Pictures[i].Name, "The picture is damaged: it cannot be decoded to its last line. Copy it again."));
            }
        }

        findings.AddRange(Duplicates.Find(whole));
        set = set with { Pictures = [.. whole.Select(w => w.Picture)] };
        findings.AddRange(Whole(set));
        return new CheckedDataset(set, [.. findings.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line ?? 0)]);
    }

    private static IEnumerable<Finding> Pictures(DatasetPicture picture, PictureLook look)
    {
        const byte Dark = 32;
        if (PictureLooksTurned(picture))
        {
            yield return new Finding(Severity.Warning, "picture-turned", picture.Name, "The file carries a note to be shown turned (EXIF); labels are taken as drawn on the pixels as stored. Turn the pixels and remove the note.");
        }

        if (look.Brightest < Dark)
        {
            yield return new Finding(Severity.Warning, "picture-dark", picture.Name, $"The brightest value is {look.Brightest} of 255: if it is a picture of 16 bits that uses only some of them, stretch it first.");
        }
    }

    private static bool PictureLooksTurned(DatasetPicture picture) => Frames.PictureHeader.Read(picture.Path, out _) is { Turned: true };

    private static IEnumerable<Finding> Whole(Dataset set)
    {
        foreach (var (name, _) in Usage(set).Where(u => u.Value == 0))
        {
            yield return new Finding(Severity.Warning, "class-empty", ".", $"The class '{name}' is named but nothing of it is labelled.");
        }

        foreach (var alike in Usage(set).Keys.GroupBy(Plain).Where(g => g.Count() > 1))
        {
            yield return new Finding(Severity.Warning, "class-alike", ".", $"The classes {string.Join(", ", alike.Select(c => $"'{c}'"))} differ only in how they are written: if one thing is meant, give it one name.");
        }

        if (set.Pictures.Count == 0 && set.Format is not null)
        {
            yield return new Finding(Severity.Error, "dataset-empty", ".", "No picture with labels is left that could be used.");
        }
        else if (set.Pictures.Count > 0 && set.Format != DatasetFormat.Folders && set.Pictures.All(p => p.Boxes.Count == 0))
        {
            yield return new Finding(Severity.Error, "dataset-empty", ".", $"There are {set.Pictures.Count} pictures and not one box in them.");
        }
    }

    private static string Plain(string name) => string.Concat(name.ToLowerInvariant().Where(char.IsLetterOrDigit));

    /// <summary>How often each class occurs: boxes, or pictures in a set of folders.</summary>
    public static IReadOnlyDictionary<string, int> Usage(Dataset set)
    {
        var usage = set.Classes.Where(c => c.Length > 0).Distinct().ToDictionary(name => name, _ => 0);
        foreach (var label in set.Pictures.SelectMany(p => p.Label is { } label ? [label] : p.Boxes.Select(b => b.Label)))
        {
            usage[label] = usage.GetValueOrDefault(label) + 1;
        }

        return usage;
    }
}
