using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Vision;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Evaluation;

/// <summary>Average precision of objects that the network sees large enough: others need not be found, and finding them is not wrong.</summary>
/// <param name="LeastPx">Root of the area at the network's size, px.</param>
/// <param name="Map50">Mean over classes at IoU 0.5.</param>
/// <param name="Map75">The same at 0.75.</param>
/// <param name="Objects">That are large enough.</param>
internal sealed record LargeObjects(double LeastPx, double Map50, double Map75, int Objects)
{
    /// <param name="evaluation">Frames and verdicts, in frame px.</param>
    /// <param name="card">Says how frames become the network's input.</param>
    /// <param name="sizes">Of the frames, px, in the same order.</param>
    /// <param name="leastPx">From which size on.</param>
    public static LargeObjects Of(DetectionEvaluation evaluation, ModelCard card, IReadOnlyList<(int Width, int Height)> sizes, double leastPx)
    {
        var frames = evaluation.Verdicts.Select((v, i) => Scaled(v.Frame, ScaleOf(card.Input, sizes[i]))).ToList();
        var size = new SizeRange("large enough", leastPx * leastPx, 1e10);
        var labels = frames.SelectMany(f => f.Truth).Select(t => t.Label).Distinct().ToList();
        double Mean(double iou) => labels.Select(l => CocoMetrics.AveragePrecision(frames, l, iou, size)).OfType<double>().DefaultIfEmpty().Average();
        return new(leastPx, Mean(0.5), Mean(0.75), frames.Sum(f => f.Truth.Count(t => t.Box.Area >= size.From)));
    }

    // stretched frames are scaled by different factors: the areas are what counts
    private static double ScaleOf(InputSpec input, (int Width, int Height) frame)
    {
        var (x, y) = ((double)input.WidthPx / frame.Width, (double)input.HeightPx / frame.Height);
        return input.Fit == Fits.Stretch ? Math.Sqrt(x * y) : Math.Min(x, y);
    }

    private static EvaluatedFrame Scaled(EvaluatedFrame frame, double by) => frame with
    {
        Truth = [.. frame.Truth.Select(t => t with { Box = Scaled(t.Box, by) })],
        Found = [.. frame.Found.Select(f => f with { Box = Scaled(f.Box, by) })],
    };

    private static ExactBox Scaled(ExactBox box, double by) => new(box.X * by, box.Y * by, box.Width * by, box.Height * by);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(LargeObjects))]
[JsonSerializable(typeof(ClassificationScores))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
