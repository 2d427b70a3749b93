using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Onnx;
using Fleet.Vision;

namespace Fleet.Training.Evaluation;

/// <summary>Runs an ONNX file over frames exactly as a device does.</summary>
internal sealed class Judge : IDisposable
{
    // average precision counts weak boxes too
    private const float Floor = 0.02f;
    private readonly Detector _detector;

    /// <exception cref="ProblemException">The file cannot be read or run, or does not say how it is to be used.</exception>
    public Judge(string onnxPath)
    {
        Card = CardOf(onnxPath);
        _detector = Detector.Load(onnxPath, Card, new InferenceOptions { IntraOpThreads = 1 });
    }

    public ModelCard Card { get; }

    /// <summary>What is found from <paramref name="threshold"/> on.</summary>
    public IReadOnlyList<Detection> Detect(Frame frame, float threshold) => _detector.Detect(frame, threshold);

    /// <summary>Looks at every frame.</summary>
    public IReadOnlyList<JudgedFrame> Look(IEnumerable<TruthFrame> frames, Action<TruthFrame, IReadOnlyList<Detection>>? seen = null)
    {
        var judged = new List<JudgedFrame>();
        foreach (var frame in frames)
        {
            var found = _detector.Detect(frame.Frame, Floor);
            seen?.Invoke(frame, found);
            judged.Add(new JudgedFrame(frame.Truth, found));
        }

        return judged;
    }

    /// <summary>The threshold with the best balance of precision and recall on <paramref name="frames"/>.</summary>
    public static float BestThreshold(IReadOnlyList<JudgedFrame> frames)
    {
        var choices = Enumerable.Range(2, 13).Select(i => i * 0.05f);
        return MathF.Round(choices.MaxBy(t => F1(DetectionMetrics.Judge(frames, t))), 2);
    }

    public void Dispose() => _detector.Dispose();

    private static double F1(DetectionScores scores) =>
        scores.Precision + scores.Recall == 0 ? 0 : 2 * scores.Precision * scores.Recall / (scores.Precision + scores.Recall);

    private static ModelCard CardOf(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var report = OnnxCheck.Inspect(bytes);
        var declared = OnnxMetadata.Get(report.Metadata);
        var fit = OnnxCheck.FitHead(report, declared.Head ?? "fleet", classes: null, input: null);
        return new ModelCard
        {
            Version = new VersionId(ModelName.Parse("file"), 1),
            Head = fit.Head,
            Classes = fit.Classes,
            Input = fit.Input,
            ScoreThreshold = fit.ScoreThreshold ?? 0.3f,
            Variants = [new VariantFile("file", Digest.Of(bytes), bytes.Length)],
            Sparsity = report.Sparsity,
        };
    }
}
