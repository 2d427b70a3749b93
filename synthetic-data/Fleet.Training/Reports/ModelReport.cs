using System.Security.Cryptography;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Training.Evaluation;
using Fleet.Vision;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Reports;

/// <summary>A network looked at on a set of frames, with what a report needs of it.</summary>
/// <param name="Evaluation">Every figure.</param>
/// <param name="Scores">The few that go on a model card.</param>
/// <param name="Examples">Pictures worth a look.</param>
internal sealed record ModelLook(DetectionEvaluation Evaluation, DetectionScores Scores, Examples Examples)
{
    /// <summary>Which class it put first; null where it finds boxes.</summary>
    public ClassificationScores? Named { get; init; }

    /// <summary>Runs <paramref name="judge"/> over the frames, one at a time.</summary>
    public static ModelLook At(Judge judge, IEnumerable<TruthFrame> frames, Action<TruthFrame, IReadOnlyList<Detection>>? seen = null)
    {
        var examples = new Examples(judge.Card.ScoreThreshold);
        var named = new List<ClassifiedPicture>();
        var evaluated = new List<EvaluatedFrame>();
        var judged = judge.Look(frames, (frame, found) =>
        {
            evaluated.Add(EvaluatedFrame.Of(frame.Name, new JudgedFrame(frame.Truth, found)));
            examples.See(frame.Frame, evaluated[^1]);
            named.AddRange(frame.Truth.Take(1).Select(t => new ClassifiedPicture(frame.Name, t.Label, found.Count > 0 ? found[0].Label : null, found.Count > 0 ? found[0].Score : 0)));
            seen?.Invoke(frame, found);
        });
        return new ModelLook(DetectionEvaluation.Of(evaluated, judge.Card.ScoreThreshold), DetectionMetrics.Judge(judged, judge.Card.ScoreThreshold), examples)
        {
            Named = judge.Card.Head == HeadKinds.Classes ? ClassificationScores.Of(named, judge.Card.Classes) : null,
        };
    }

    /// <summary>The report of this look.</summary>
    /// <param name="title">Of the page.</param>
    /// <param name="model">The file that was run.</param>
    /// <param name="card">How it was run.</param>
    /// <param name="frames">Which frames these were, for the reader.</param>
    /// <param name="more">Further facts.</param>
    public ReportContent Report(string title, string model, ModelCard card, string frames, params IEnumerable<(string, string)> more) => new(
        title,
        [
            ("frames", $"{frames}: {Evaluation.Frames} frames, {Evaluation.Overall.Objects} objects"),
            ("network", $"{Path.GetFileName(model)}, {new FileInfo(model).Length:#,0} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model)))[..16]}…"),
            ("input", $"{card.Input.WidthPx} x {card.Input.HeightPx} {card.Input.Element}, {card.Input.Color}, {card.Input.Fit}; head {card.Head}"),
            ("classes", string.Join(", ", card.Classes)),
            ("threshold", $"{card.ScoreThreshold:0.00}; overlapping boxes of a class are merged from IoU {card.NmsIou:0.00}"),
            .. more,
        ],
        Evaluation)
    {
        Examples = Examples,
        Named = Named,
        Network = ModelInspection.Of(OnnxFile.Read(model), log: null),
    };
}
