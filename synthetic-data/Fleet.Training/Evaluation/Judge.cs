using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Onnx;
using Fleet.Vision;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Evaluation;

/// <summary>Runs an ONNX file over frames exactly as a device does.</summary>
internal sealed class Judge : IDisposable
{
    // average precision counts weak boxes too
    private const float Floor = 0.02f;
    private const float UsualThreshold = 0.3f;
    private const float UsualNmsIou = 0.5f;
    private readonly Detector _detector;

    /// <param name="onnxPath">The file.</param>
    /// <param name="asked">What is known beside the file, for one that does not say all itself.</param>
    /// <exception cref="ProblemException">The file cannot be read or run, or it is not clear how it is to be used.</exception>
    public Judge(string onnxPath, HeadRequest? asked = null)
    {
        Card = CardOf(onnxPath, asked ?? new HeadRequest());
        _detector = Detector.Load(onnxPath, Card, new InferenceOptions { IntraOpThreads = 1, CandidateFloor = Lowest });
    }

    public ModelCard Card { get; }

    // one of many classes is put first with a low score too
    private float Lowest => Card.Head == HeadKinds.Classes ? 0 : Floor;

    /// <summary>What is found from <paramref name="threshold"/> on.</summary>
    public IReadOnlyList<Detection> Detect(Frame frame, float threshold) => _detector.Detect(frame, threshold);

    /// <summary>Looks at every frame; boxes below the card's threshold are found too, but where they are made of tiles.</summary>
    public IReadOnlyList<JudgedFrame> Look(IEnumerable<TruthFrame> frames, Action<TruthFrame, IReadOnlyList<Detection>>? seen = null)
    {
        // tiles that touch are one object: from a low score on they would all be one
        var lowest = Card.Head is HeadKinds.Tiles or HeadKinds.Heatmap ? Card.ScoreThreshold : Lowest;
        var judged = new List<JudgedFrame>();
        foreach (var frame in frames)
        {
            var found = _detector.Detect(frame.Frame, lowest);
            seen?.Invoke(frame, found);
            judged.Add(new JudgedFrame(frame.Truth, found));
        }

        return judged;
    }

    /// <summary>The threshold with the best balance of precision and recall on <paramref name="frames"/>.</summary>
    public static float BestThreshold(IReadOnlyList<JudgedFrame> frames)
    {
        var exact = frames.Select((f, i) => EvaluatedFrame.Of($"{i}", f)).ToList();
        var choices = Enumerable.Range(2, 13).Select(i => i * 0.05f);
        return MathF.Round(choices.MaxBy(t => F1([.. exact.Select(f => FrameVerdict.Of(f, t))])), 2);
    }

    public void Dispose() => _detector.Dispose();

    // 2PR / (P + R), without dividing by nothing
    private static double F1(List<FrameVerdict> verdicts)
    {
        var (hits, found, objects) = (verdicts.Sum(v => v.Hits.Count), verdicts.Sum(v => v.FoundCount), verdicts.Sum(v => v.TruthCount));
        return found + objects == 0 ? 0 : 2.0 * hits / (found + objects);
    }

    private static ModelCard CardOf(string path, HeadRequest asked)
    {
        var bytes = File.ReadAllBytes(path);
        var report = OnnxCheck.Inspect(bytes);
        var fit = OnnxCheck.FitHead(report, asked);
        return new ModelCard
        {
            Version = new VersionId(ModelName.Parse("file"), 1),
            Head = fit.Head,
            Classes = fit.Classes,
            Input = fit.Input,
            ScoreThreshold = fit.ScoreThreshold ?? UsualThreshold,
            NmsIou = fit.NmsIou ?? UsualNmsIou,
            Scores = fit.Scores,
            Variants = [new VariantFile("file", Digest.Of(bytes), bytes.Length)],
            Sparsity = report.Sparsity,
        };
    }
}
