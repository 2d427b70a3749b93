using Fleet.Contracts;
using Fleet.Training.Frames;

namespace Fleet.Training.Datasets;

/// <summary>Sets to learn from: checked, of one policy, and without what is kept to measure on.</summary>
internal static class TrainingSets
{
    private const int Shown = 20;

    /// <summary>The pictures of one or more sets; of a set that is parted, those of <c>train</c>.</summary>
    /// <param name="folders">The sets.</param>
    /// <param name="options">What the caller knows better.</param>
    /// <param name="drawn">Policy of the scenes that are learnt from as well; unknown where there are none.</param>
    /// <exception cref="ProblemException"><see cref="Problems.DatasetInvalid"/>: the text lists what is wrong, file by file.</exception>
    /// <param name="named">A folder for each class is wanted, or boxes to cut objects out of.</param>
    public static IReadOnlyList<LabelledPicture> Load(IReadOnlyList<string> folders, ReadOptions options, BoxPolicy drawn, bool named = false)
    {
        var sets = folders.Select(f => Sound(f, options, named)).ToList();
        ThrowIfMixed([.. sets.Where(s => s.Format != DatasetFormat.Folders)], drawn);
        return [.. sets.SelectMany(Learnable)];
    }

    /// <summary>A set as labelled pictures, all of it or one part.</summary>
    public static IEnumerable<LabelledPicture> Labelled(Dataset set, string? split = null) =>
        set.Pictures.Where(p => split is null || p.Split == split).Select(p => new LabelledPicture(p.Path, p.Label is { } label
            ? [Cutting.WholeOf(p.Size.Width, p.Size.Height, label)]
            : [.. p.Boxes.Select(b => new Annotation(b.Label, b.Box.ToBox()))]));

    /// <summary>Reads a set and refuses it where anything is wrong that would spoil what is made of it.</summary>
    /// <param name="folder">The set.</param>
    /// <param name="options">What the caller knows better.</param>
    /// <param name="named">A class for each picture is enough.</param>
    /// <exception cref="ProblemException"><see cref="Problems.DatasetInvalid"/>.</exception>
    public static Dataset Sound(string folder, ReadOptions options, bool named = false)
    {
        var found = DataCheck.Check(folder, options);
        if (found.Errors > 0)
        {
            var lines = found.Findings.Where(f => f.Severity == Severity.Error).Select(f => f.ToString()).ToList();
            var more = lines.Count > Shown ? $"\n... and {lines.Count - Shown} more" : "";
            throw new ProblemException(Problems.DatasetInvalid, $"{folder} cannot be used, for {found.Errors} reasons (fleet data check shows all):\n{string.Join('\n', lines.Take(Shown))}{more}");
        }

        return named || found.Set.Format != DatasetFormat.Folders ? found.Set
            : throw new ProblemException(Problems.DatasetInvalid, $"{folder} has a class for each picture and no boxes: a detector cannot be trained or measured on it. Draw boxes, or give a set that has them.");
    }

    private static IEnumerable<LabelledPicture> Learnable(Dataset set) => Labelled(set, set.Pictures.Any(p => p.Split == "train") ? "train" : null);

    private static void ThrowIfMixed(List<Dataset> sets, BoxPolicy drawn)
    {
        var policies = sets.Select(s => (Name: s.Folder, s.Policy)).ToList();
        if (drawn != BoxPolicy.Unknown)
        {
            policies.Add(("the recipe's scenes", drawn));
        }

        if (policies.Select(p => p.Policy).Distinct().Count() > 1)
        {
            var list = string.Join(", ", policies.Select(p => $"{p.Name}: {p.Policy.Name() ?? "not said"}"));
            throw new ProblemException(Problems.DatasetInvalid, $"Boxes around what can be seen (modal) and around the whole object (amodal) must not be mixed: {list}. Say with --policy what the sets without a word have, or write box_policy into their data.yaml.");
        }
    }
}
