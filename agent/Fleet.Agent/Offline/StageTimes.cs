namespace Fleet.Agent.Offline;

/// <summary>How long one stage took for each frame.</summary>
internal sealed class StageTimes
{
    private readonly List<double> _ms = [];

    public void Add(double ms) => _ms.Add(ms);

    public StageMs Summary()
    {
        var sorted = _ms.Order().ToList();
        return sorted.Count == 0 ? new(0, 0, 0) : new(Math.Round(sorted.Average(), 3), At(sorted, 0.5), At(sorted, 0.95));
    }

    private static double At(List<double> sorted, double share) => Math.Round(sorted[Math.Min((int)(share * sorted.Count), sorted.Count - 1)], 3);
}

/// <summary>Milliseconds a frame.</summary>
internal sealed record StageMs(double Mean, double P50, double P95);

/// <summary>Times of a run. Frames are decoded beside the network, so that stages add up to more than the whole.</summary>
/// <param name="Frame">From a decoded frame to its detections: the three that follow.</param>
internal sealed record InferTiming(
    long Frames, double Seconds, double FramesPerSecond, string Provider, int Threads, StageMs Decode, StageMs Frame, StageMs Preprocess, StageMs Inference, StageMs Postprocess);

/// <summary>What stands beside the results.</summary>
internal sealed record InferReport(string Model, string Head, Contracts.InputSpec Input, double ScoreThreshold, IReadOnlyList<InferCategory> Categories, long Detections, InferTiming Timing);

internal sealed record InferCategory(int Id, string Name);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, WriteIndented = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(InferReport))]
internal sealed partial class InferJson : System.Text.Json.Serialization.JsonSerializerContext;
