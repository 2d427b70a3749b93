using Fleet.Contracts;
using Fleet.Training.Datasets.Formats;

namespace Fleet.Training.Datasets;

/// <summary>Writes a set in another format, and says what that format cannot hold.</summary>
internal static class DatasetWriter
{
    /// <summary>Copies pictures and writes labels to <paramref name="folder"/>, which must be empty.</summary>
    /// <returns>What was lost, a sentence each.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.DatasetInvalid"/>: the folder is not empty, or the set has no boxes.</exception>
    public static IReadOnlyList<string> Write(Dataset set, DatasetFormat format, string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new ProblemException(Problems.DatasetInvalid, $"{folder} is not empty: give a new folder, so that labels of two sets are not mixed.");
        }

        if (set.Format == DatasetFormat.Folders || format == DatasetFormat.Folders)
        {
            throw new ProblemException(Problems.DatasetInvalid, "A set with a class for each picture has no boxes: it can be written in no other format, nor another one like it.");
        }

        Directory.CreateDirectory(folder);
        var placed = Copy(set, folder);
        switch (format)
        {
            case DatasetFormat.Coco:
                CocoWriter.Write(set, placed, folder);
                break;
            case DatasetFormat.Yolo:
                YoloWriter.Write(set, placed, folder);
                break;
            default:
                VocWriter.Write(placed, folder, set.Policy);
                break;
        }

        return [.. Losses(set, format)];
    }

    /// <summary>What a format cannot hold of a set.</summary>
    public static IEnumerable<string> Losses(Dataset set, DatasetFormat format)
    {
        var boxes = set.Pictures.SelectMany(p => p.Boxes).ToList();
        if (format == DatasetFormat.Coco)
        {
            yield break;
        }

        foreach (var (what, count) in Unheld(boxes, format).Where(l => l.Count > 0))
        {
            yield return $"{what}: lost for {count} of {boxes.Count} boxes";
        }

        if (format == DatasetFormat.Voc && set.Classes.Except(boxes.Select(b => b.Label)).ToList() is { Count: > 0 } unused)
        {
            yield return $"names of classes that do not occur: {string.Join(", ", unused)}";
        }

        if (set.Policy != BoxPolicy.Unknown)
        {
            yield return $"that boxes are {set.Policy.Name()} is written to data.yaml (box_policy), which other programs do not read";
        }
    }

    private static IEnumerable<(string What, int Count)> Unheld(List<DatasetBox> boxes, DatasetFormat format)
    {
        yield return ("crowd (a region of many; it becomes an ordinary box)", boxes.Count(b => b.Crowd));
        yield return ("area of the mask", boxes.Count(b => b.Area is { } area && Math.Abs(area - b.Box.Area) > 0.5));
        yield return ("visible fraction", boxes.Count(b => b.VisibleFraction is not null));
        if (format == DatasetFormat.Yolo)
        {
            yield return ("difficult", boxes.Count(b => b.Difficult));
            yield return ("truncated", boxes.Count(b => b.Truncated));
        }

        foreach (var more in boxes.SelectMany(b => b.More).Where(m => format == DatasetFormat.Yolo || !VocWriter.Holds(m)).CountBy(m => m.Key).OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            yield return (more.Key, more.Value);
        }
    }

    /// <summary>Pictures under names that are unique without their folders.</summary>
    private static List<PlacedPicture> Copy(Dataset set, string folder)
    {
        var (taken, placed) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), new List<PlacedPicture>());
        foreach (var picture in set.Pictures)
        {
            var stem = Path.GetFileNameWithoutExtension(picture.Name);
            for (var number = 2; !taken.Add(stem); number++)
            {
                stem = $"{Path.GetFileNameWithoutExtension(picture.Name)}-{number}";
            }

            var part = Path.Combine("images", picture.Split);
            Directory.CreateDirectory(Path.Combine(folder, part));
            var name = Path.Combine(part, stem + Path.GetExtension(picture.Name).ToLowerInvariant());
            File.Copy(picture.Path, Path.Combine(folder, name));
            placed.Add(new PlacedPicture(picture, name.Replace('\\', '/'), stem));
        }

        return placed;
    }
}

/// <summary>A picture in its new place.</summary>
/// <param name="Picture">As it was.</param>
/// <param name="Name">New path below the folder.</param>
/// <param name="Stem">New file name without its ending; unique in the set.</param>
internal sealed record PlacedPicture(DatasetPicture Picture, string Name, string Stem);
