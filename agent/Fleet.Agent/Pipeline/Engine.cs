using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>What a version saw on a frame.</summary>
/// <param name="Detections">At the card's threshold.</param>
/// <param name="Doubtful">Below it.</param>
/// <param name="InferenceMs">The network alone.</param>
internal sealed record Sight(IReadOnlyList<Detection> Detections, IReadOnlyList<Detection> Doubtful, double InferenceMs);

/// <summary>A version that is loaded for one camera, with what was measured on it. Every camera has its own network: two cameras then run on two processors, and a version is tried on one without touching the other; where batches pay, frames go to a network that the cameras share.</summary>
internal sealed class Engine(Installed version, Digest file, Func<Frame, Sight> look, Action dispose) : IDisposable
{
    private const int Window = 50;
    private readonly double[] _recentMs = new double[Window];

    public Installed Version { get; } = version;

    /// <summary>Digest of the ONNX file.</summary>
    public Digest File { get; } = file;

    /// <summary>What runs it, for the report.</summary>
    public Func<ReportedEngine>? Facts { get; init; }

    /// <summary>Looks by itself where <see cref="Look"/> may share a run; null where it never does.</summary>
    public Func<Frame, Sight>? Alone { get; init; }

    /// <summary>Frames completed since it was switched on.</summary>
    public long Completed { get; private set; }

    /// <summary>Frames failed since it was switched on.</summary>
    public long Failed { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>Mean inference time of the last frames; null before there are a few.</summary>
    public double? MeanMs => Completed == 0 ? null : _recentMs.Take((int)Math.Min(Completed, Window)).Average();

    public Sight Look(Frame frame) => look(frame);

    /// <summary>Looks at a frame by itself, for a version that does not serve yet.</summary>
    public Sight Try(Frame frame) => (Alone ?? look)(frame);

    public void Complete(double inferenceMs)
    {
        _recentMs[Completed % Window] = inferenceMs;
        Completed++;
    }

    public void Fail(string fault)
    {
        Failed++;
        Fault = fault;
    }

    public void Dispose() => dispose();
}
