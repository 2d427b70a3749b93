using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Onnx;

/// <summary>Whether a file's inputs and outputs are those of a head, and how it is then used.</summary>
internal sealed class HeadRules(OnnxReport report, HeadRequest request)
{
    private readonly DeclaredHead _declared = OnnxMetadata.Get(report.Metadata);
    private readonly UltralyticsMetadata? _ultralytics = UltralyticsMetadata.Get(report.Metadata);

    public HeadFit Fit()
    {
        CheckWords();
        var image = new ImageRules(report, request, _declared.Input, _ultralytics);
        var names = request.Classes ?? _declared.Classes ?? _ultralytics?.Classes;
        var head = request.Head ?? _declared.Head ?? Recognise(image, names);
        var input = image.Spec(head);
        var facts = Facts(input.WidthPx, input.HeightPx, input.Layout == Layouts.Tiles ? InputRules.TilesOf(input) : null, classes: null);
        var seen = HeadShapes.Match(head, facts with { Classes = names?.Count }) ?? HeadShapes.Match(head, facts) ?? throw Outputs(head, facts);
        CheckElements(seen);
        var classes = names ?? HeadDefaults.Names(head, seen.Classes) ?? Unnamed(head, seen.Classes);
        CheckClasses(classes, seen.Classes);
        return new(head, classes, input, _declared.ScoreThreshold ?? HeadDefaults.Threshold(head), HeadDefaults.NmsIou(head), Scores(head, seen));
    }

    internal static ProblemException Misfit(string sentence) => new(Problems.ModelHead, sentence);

    internal static string Text(IReadOnlyList<OnnxValue> values) => values.Count == 0 ? "none"
        : string.Join(", ", values.Take(6)) + (values.Count > 6 ? $" and {values.Count - 6} more" : "");

    private void CheckWords()
    {
        if (request.Head is { } head && !HeadKinds.All.Contains(head))
        {
            throw Misfit($"The head '{head}' is not known: wanted {string.Join(" or ", HeadKinds.All)}.");
        }

        if (request.Scores is { } scores && !ScoreForms.All.Contains(scores))
        {
            throw Misfit($"The scores '{scores}' are not known: wanted {string.Join(" or ", ScoreForms.All)}.");
        }

        // the first of three axes is the batch, that of two the boxes themselves
        var isFree = report.Outputs.Any(o => o.Shape.Count == 0 || o.Shape.Skip(o.Shape.Count > 2 ? 1 : 0).Any(d => d.Size is null));
        if (isFree && report.Operators.Values.Any(names => names.ContainsKey("NonMaxSuppression")))
        {
            throw Misfit("The file suppresses boxes itself (operator NonMaxSuppression), so that its outputs change their length from frame to frame; wanted are outputs of a fixed length. Export it without suppression: Fleet does that part.");
        }
    }

    private HeadFacts Facts(int? widthPx, int? heightPx, int? tiles, int? classes) =>
        new([.. report.Outputs.Select(o => new HeadTensor(o.Name, [.. o.Shape.Select(d => d.Size)]))], widthPx, heightPx, classes, tiles);

    private string Recognise(ImageRules image, IReadOnlyList<string>? names)
    {
        if (_ultralytics?.Head is { Length: > 0 } said)
        {
            return said;
        }

        if (image.IsFlat)
        {
            return HeadKinds.Tiles;
        }

        var facts = Facts(image.WidthPx, image.HeightPx, tiles: null, names?.Count);
        return HeadShapes.Recognise(facts) switch
        {
            [var only] => only.Head,
            [] => throw Misfit($"The file's outputs are {Text(report.Outputs)}, for the input {report.Inputs[0]}. {new Guess(report).Sentence() ?? "They are those of no head that is known."} Heads are {string.Join(", ", HeadKinds.All)}; say which one it is if it is one of them."),
            var several => throw Misfit($"The file's outputs are {Text(report.Outputs)}: that can be head {string.Join(" or ", several.Select(m => $"'{m.Head}' with {m.Classes} classes"))}. Say which, or give the class names."),
        };
    }

    private IReadOnlyList<string> Unnamed(string head, int? count) => request.AllowUnnamed && count is { } known
        ? [.. Enumerable.Range(0, known).Select(i => $"class {i}")]
        : throw Misfit($"The file names no classes, and none were given. Give the {(count?.ToString(CultureInfo.InvariantCulture) ?? "")} class names of head '{head}' in output order.");

    private void CheckElements(HeadMatch seen)
    {
        var odd = seen.Roles.Select(r => report.Outputs[r]).FirstOrDefault(o => o.Element is not (InputRules.Float32 or InputRules.Float16));
        if (odd is not null)
        {
            throw Misfit($"The file's output is {odd}; wanted is {InputRules.Float32} or {InputRules.Float16}. Cast it in the graph.");
        }
    }

    private string? Scores(string head, HeadMatch match)
    {
        var made = report.OutputOperators.GetValueOrDefault(report.Outputs[match.Roles[0]].Name);
        var open = head is HeadKinds.Classes or HeadKinds.Tiles or HeadKinds.Heatmap or HeadKinds.CenterNet or HeadKinds.Ssd;
        var together = head == HeadKinds.Classes || match.Form == HeadForm.Background;
        return !open ? null
            : request.Scores is { } said ? said
            : made is "Softmax" or "Sigmoid" or "HardSigmoid" ? ScoreForms.Probabilities
            : together ? ScoreForms.Softmax
            : ScoreForms.Sigmoid;
    }

    private ProblemException Outputs(string head, HeadFacts facts)
    {
        var looks = HeadShapes.Recognise(facts) is [var other] && other.Head != head ? $"The file looks like head '{other.Head}'." : null;
        var likely = new Guess(report).Sentence() ?? looks ?? "Name the head it was trained for, or export it with these outputs.";
        return Misfit($"The file's outputs are {Text(report.Outputs)}; head '{head}' wants {HeadShapes.Wanted(head, facts)}. {likely}");
    }

    private static void CheckClasses(IReadOnlyList<string> names, int? count)
    {
        if (names.Count == 0 || names.Any(string.IsNullOrWhiteSpace) || names.Distinct().Count() != names.Count)
        {
            throw Misfit($"The {names.Count} class names must be given, not empty and all different.");
        }

        if (count is { } wanted && wanted != names.Count)
        {
            throw Misfit($"{names.Count} class names were given ({TensorRules.Short(string.Join(", ", names))}), but the file's output has {wanted} classes. Give one name for each, in output order.");
        }
    }
}
