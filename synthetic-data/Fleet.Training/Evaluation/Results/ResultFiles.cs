using System.Text.Json;
using Fleet.Contracts;
using Fleet.Training.Datasets.Formats;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Evaluation.Results;

/// <summary>Puts what a program found beside what is there.</summary>
internal static class ResultFiles
{
    /// <summary>Every picture of the truth, also those in which nothing was found.</summary>
    /// <param name="truth">What is there.</param>
    /// <param name="results">COCO results, a COCO file with scores, or a folder of text files.</param>
    /// <param name="text">How text files are meant.</param>
    /// <param name="byOrder">An image id is the place of the picture by file name, from 0, as <c>fleet infer</c> counts frames of a folder.</param>
    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: a result belongs to no picture, or cannot be read.</exception>
    public static IReadOnlyList<EvaluatedFrame> Read(TruthFile truth, string results, TextBoxes text, bool byOrder = false)
    {
        var found = File.Exists(results) ? Coco(truth, results, byOrder)
            : Directory.Exists(results) ? Text(truth, results, text)
            : throw new ProblemException(Problems.RequestInvalid, $"There is no file or folder {results}.");
        return [.. truth.Entries.Select(e => new EvaluatedFrame(e.File, e.Truth, [.. found[e.Name]]))];
    }

    private static ILookup<string, FoundBox> Coco(TruthFile truth, string path, bool byOrder)
    {
        var (list, file) = CocoResults.LoadResults(path);
        var names = byOrder ? truth.Entries.Select(e => e.Name).Order(StringComparer.Ordinal).Select((name, i) => (name, i)).ToDictionary(n => (long)n.i, n => n.name)
            : file is null ? truth.Entries.Where(e => e.Id is not null).ToDictionary(e => e.Id!.Value, e => e.Name)
            : file.Images!.ToDictionary(i => i.Id ?? -1, i => Path.GetFileNameWithoutExtension(i.FileName ?? $"{i.Id}"));
        var classes = file?.Categories?.ToDictionary(c => c.Id ?? -1, c => c.Name ?? "") ?? truth.Classes;
        return list.ToLookup(
            r => names.TryGetValue(r.ImageId ?? -1, out var name) ? name : throw new ProblemException(Problems.RequestInvalid, $"{path}: a result belongs to the image {r.ImageId?.ToString() ?? "(none)"}, which the ground truth does not have."),
            r => new FoundBox(
                NameOf(r, classes),
                r.Score ?? throw new ProblemException(Problems.RequestInvalid, $"{path}: a result of image {r.ImageId} has no score."),
                CocoResults.BoxOf(r, path)));
    }

    // category numbers are each program's own; a name beside one says what is meant
    private static string NameOf(CocoAnnotation result, IReadOnlyDictionary<long, string> classes) =>
        result.More?.GetValueOrDefault("category_name") is { ValueKind: JsonValueKind.String } name ? name.GetString()!
        : classes.GetValueOrDefault(result.CategoryId ?? -1, $"{result.CategoryId}");

    private static ILookup<string, FoundBox> Text(TruthFile truth, string folder, TextBoxes text)
    {
        var sizes = truth.Entries.ToDictionary(e => e.Name, e => e.Size);
        var found = new List<(string Name, FoundBox Box)>();
        foreach (var file in Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (!sizes.TryGetValue(name, out var size))
            {
                throw new ProblemException(Problems.RequestInvalid, $"{file} belongs to no picture: the ground truth has no '{name}'.");
            }

            found.AddRange(text.Read(file, size, scored: true).Select(b => (name, new FoundBox(b.Label, b.Score, b.Box))));
        }

        return found.ToLookup(f => f.Name, f => f.Box);
    }
}
