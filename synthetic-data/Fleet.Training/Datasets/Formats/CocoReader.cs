using Fleet.Training.Frames;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Datasets.Formats;

/// <summary>COCO files: one for the set, or one for each part of it.</summary>
internal static class CocoReader
{
    public static (IReadOnlyList<string> Classes, IReadOnlyList<DatasetPicture> Pictures, BoxPolicy Policy) Read(DatasetFolder folder, IReadOnlyList<CocoLabelFile> files, BoxPolicy asked)
    {
        var pictures = new List<DatasetPicture>();
        foreach (var file in files)
        {
            pictures.AddRange(new OneFile(folder, file, asked).Pictures());
        }

        var named = pictures.Select(p => p.Name).ToHashSet();
        foreach (var twice in pictures.CountBy(p => p.Name).Where(p => p.Value > 1))
        {
            folder.Error("label-twice", twice.Key, $"The picture is listed {twice.Value} times, so that its boxes are torn apart: list it once.");
        }

        foreach (var name in folder.Pictures.Where(n => !named.Contains(n) && folder.HeaderOf(n) is not null))
        {
            folder.Warn("picture-unlabelled", name, $"No label file names this picture ({string.Join(", ", files.Select(f => f.File))}); it is not used.");
        }

        var classes = files.SelectMany(f => f.Categories ?? []).OrderBy(c => c.Id).Select(c => c.Name).OfType<string>().Distinct().ToList();
        return (classes, [.. pictures.DistinctBy(p => p.Name)], Policy(folder, files, asked));
    }

    private static BoxPolicy Policy(DatasetFolder folder, IReadOnlyList<CocoLabelFile> files, BoxPolicy asked)
    {
        var declared = new HashSet<BoxPolicy>();
        foreach (var file in files)
        {
            if (Policies.TryParse(file.Info?.BoxPolicy, out var policy))
            {
                declared.Add(HasBoth(file) && asked != BoxPolicy.Unknown ? asked : policy);
            }
        }

        if (declared.Count > 1)
        {
            folder.Error("policy-mixed", files[0].File, "Some files of the set have modal boxes (what can be seen), others amodal ones (the whole object): make one of them, or keep them apart.");
        }

        return declared.Count == 1 ? declared.Single() : BoxPolicy.Unknown;
    }

    private static bool HasBoth(CocoLabelFile file) => file.Annotations!.Any(a => a is { Bbox: not null, AmodalBbox: not null });

    private sealed class OneFile(DatasetFolder folder, CocoLabelFile file, BoxPolicy asked)
    {
        private readonly Dictionary<long, string> _classes = [];

        public IEnumerable<DatasetPicture> Pictures()
        {
            foreach (var category in file.Categories ?? [])
            {
                if (category is not { Id: { } id, Name: { Length: > 0 } name } || !_classes.TryAdd(id, name))
                {
                    folder.Error("label-malformed", file.File, $"The category with id {category.Id?.ToString() ?? "(none)"} and name '{category.Name}' has no id or name, or its id is there twice.");
                }
            }

            var boxes = file.Annotations!.ToLookup(a => a.ImageId ?? -1);
            var ids = file.Images!.Select(i => i.Id ?? -1).ToHashSet();
            foreach (var orphan in file.Annotations!.Where(a => !ids.Contains(a.ImageId ?? -1)))
            {
                folder.Error("label-without-picture", file.File, $"Annotation {orphan.Id} belongs to the image id {orphan.ImageId?.ToString() ?? "(none)"}, which the file does not list.");
            }

            var seen = new HashSet<long>();
            return [.. file.Images!.Select(i => Picture(i, boxes[i.Id ?? -1], seen)).OfType<DatasetPicture>()];
        }

        private DatasetPicture? Picture(CocoImage image, IEnumerable<CocoAnnotation> annotations, HashSet<long> seen)
        {
            if (image is not { Id: { } id, FileName: { Length: > 0 } given } || !seen.Add(id))
            {
                folder.Error("label-malformed", file.File, $"The image with id {image.Id?.ToString() ?? "(none)"} and file name '{image.FileName}' has no id or name, or its id is there twice.");
                return null;
            }

            if (folder.Find(given, file.File) is not { } name)
            {
                folder.Error("label-without-picture", file.File, $"It names the picture '{given}', which is not in the folder.");
                return null;
            }

            if (folder.HeaderOf(name) is not { } header)
            {
                return null;
            }

            if (image is { Width: { } width, Height: { } height } && (width, height) != (header.Size.Width, header.Size.Height))
            {
                folder.Error("picture-size", name, $"{file.File} says {width}x{height}, the picture is {header.Size.Width}x{header.Size.Height}: its boxes would be in the wrong places.");
                return null;
            }

            var split = DatasetFolder.SplitOfFile(file.File) is { Length: > 0 } own ? own : DatasetFolder.SplitOf(name);
            return new DatasetPicture(folder.At(name), name, split, header.Size, [.. annotations.Select(a => Box(a, name, header.Size)).OfType<DatasetBox>()]);
        }

        private DatasetBox? Box(CocoAnnotation a, string picture, FrameSize size)
        {
            if (!_classes.TryGetValue(a.CategoryId ?? -1, out var label))
            {
                folder.Error("class-unknown", file.File, $"Annotation {a.Id} ({picture}) has the category {a.CategoryId?.ToString() ?? "(none)"}, which the file does not list.");
                return null;
            }

            var given = asked == BoxPolicy.Amodal && a.AmodalBbox is { Length: 4 } ? a.AmodalBbox : a.Bbox;
            if (given is not { Length: 4 })
            {
                folder.Error("label-malformed", file.File, $"Annotation {a.Id} ({picture}) has no bbox of four numbers.");
                return null;
            }

            return BoxRules.Inside(new ExactBox(given[0], given[1], given[2], given[3]), size, folder, picture, line: null) is not { } box
                ? null
                : new DatasetBox(label, box) { Area = a.Area, Crowd = a.IsCrowd == 1, VisibleFraction = a.VisibleFraction, Truncated = a.Truncated == 1, Difficult = a.Difficult == 1, More = a.More ?? [] };
        }
    }
}
