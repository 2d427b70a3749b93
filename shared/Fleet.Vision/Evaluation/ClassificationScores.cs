namespace Fleet.Vision.Evaluation;

/// <summary>A picture that shows one class, and what a classifier put first.</summary>
/// <param name="Name">Of the picture.</param>
/// <param name="Truth">The class that it shows.</param>
/// <param name="Found">The class that was put first; null where the classifier said nothing.</param>
/// <param name="Score">Of that class, 0 to 1.</param>
public sealed record ClassifiedPicture(string Name, string Truth, string? Found, float Score);

/// <summary>How often each class was put first, rightly and wrongly.</summary>
/// <param name="Label">The class.</param>
/// <param name="Pictures">That show it.</param>
/// <param name="Right">Of these, for which it was put first.</param>
/// <param name="Named">Pictures of any class for which it was put first.</param>
public sealed record ClassTally(string Label, int Pictures, int Right, int Named)
{
    /// <summary>Share of its pictures that were recognised, 0 to 1; null where there is none.</summary>
    public double? Recall => Pictures == 0 ? null : (double)Right / Pictures;

    /// <summary>Share of those called so that are it, 0 to 1; null where none was called so.</summary>
    public double? Precision => Named == 0 ? null : (double)Right / Named;
}

/// <summary>How well a classifier tells classes apart.</summary>
/// <param name="Pictures">That were looked at.</param>
/// <param name="Accuracy">Share for which the right class was put first, 0 to 1.</param>
/// <param name="MeanRecall">Mean over the classes that were shown, so that rare ones count as much, 0 to 1.</param>
/// <param name="Classes">By label: the network's, then others that were shown.</param>
/// <param name="Confusion">Row: class that is shown; column: class that was put first, the last one nothing; in the order of <paramref name="Classes"/>.</param>
public sealed record ClassificationScores(int Pictures, double Accuracy, double MeanRecall, IReadOnlyList<ClassTally> Classes, IReadOnlyList<IReadOnlyList<int>> Confusion)
{
    /// <summary>Counts <paramref name="pictures"/>.</summary>
    /// <param name="pictures">At least one.</param>
    /// <param name="classes">The network's classes, in output order.</param>
    public static ClassificationScores Of(IReadOnlyList<ClassifiedPicture> pictures, IReadOnlyList<string> classes)
    {
        List<string> labels = [.. classes, .. pictures.Select(p => p.Truth).Distinct().Except(classes).Order(StringComparer.Ordinal)];
        var confusion = labels.ConvertAll(_ => new int[labels.Count + 1]);
        foreach (var picture in pictures)
        {
            confusion[labels.IndexOf(picture.Truth)][picture.Found is { } found ? labels.IndexOf(found) : labels.Count]++;
        }

        var tallies = labels.Select((label, i) => new ClassTally(label, confusion[i].Sum(), confusion[i][i], confusion.Sum(row => row[i]))).ToList();
        return new(
            pictures.Count,
            pictures.Count == 0 ? 0 : (double)tallies.Sum(t => t.Right) / pictures.Count,
            tallies.Select(t => t.Recall).OfType<double>().DefaultIfEmpty().Average(),
            tallies,
            confusion);
    }
}
