using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Evaluation;
using Fleet.Vision;

namespace Fleet.Training.Runs;

/// <summary>Base and result on the same real frames that neither learnt from: what a rule decides by.</summary>
internal static class HeldOutMeasure
{
    /// <summary>Figures for the model card, see <see cref="HeldOutMetrics"/>; none where there are no such frames.</summary>
    /// <param name="frames">Never learnt from.</param>
    /// <param name="result">The file of the result.</param>
    /// <param name="start">The base; null where there was none.</param>
    /// <param name="scratch">Where the base is written to be run.</param>
    public static IReadOnlyDictionary<string, double> Of(Func<IReadOnlyList<TruthFrame>> frames, string result, ModelProto? start, string scratch)
    {
        var seen = frames();
        if (seen.Count == 0)
        {
            return new Dictionary<string, double>();
        }

        var metrics = new Dictionary<string, double> { [HeldOutMetrics.Frames] = seen.Count, [HeldOutMetrics.Result] = Map50(result, seen) };
        if (start is not null)
        {
            OnnxFile.Write(start, scratch);
            metrics[HeldOutMetrics.Base] = Map50(scratch, seen);
        }

        return metrics;
    }

    private static double Map50(string file, IReadOnlyList<TruthFrame> frames)
    {
        using var judge = new Judge(file);
        return Math.Round(DetectionMetrics.Judge(judge.Look(frames), judge.Card.ScoreThreshold).Map50, 4);
    }
}
