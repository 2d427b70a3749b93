using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Inference;

/// <summary>A version that is ready to look at frames. It reuses its buffers: one thread at a time.</summary>
public sealed class Detector : IDisposable
{
    private Detector(ModelCard card) => Card = card;

    /// <summary>The card it was loaded with.</summary>
    public ModelCard Card { get; }

    /// <summary>The provider that runs it.</summary>
    public string Provider => throw new NotImplementedException();

    /// <summary>All rungs of the ladder, with the reason of each that was not taken.</summary>
    public IReadOnlyList<ProviderRung> Ladder => throw new NotImplementedException();

    /// <summary>Time the network alone took on the last frame, ms.</summary>
    public double InferenceMs { get; private set; }

    /// <summary>Boxes of the last frame below the threshold it was asked with and at least <see cref="InferenceOptions.CandidateFloor"/>, strongest first.</summary>
    public IReadOnlyList<Detection> Doubtful => throw new NotImplementedException();

    /// <summary>Checks the file, builds the engine or takes it from the cache, and runs it once.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/>: no provider can run it; <see cref="Problems.ModelHead"/>: file and card do not fit; or one of the file's own problems.</exception>
    public static Detector Load(string onnxPath, ModelCard card, InferenceOptions options) => throw new NotImplementedException();

    /// <summary>Finds objects in <paramref name="frame"/>.</summary>
    /// <param name="frame">BGR or grey, any size.</param>
    /// <param name="threshold">0 to 1; null takes the card's.</param>
    /// <returns>Boxes in px of the frame, strongest first.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/>: the run failed.</exception>
    public IReadOnlyList<Detection> Detect(Frame frame, float? threshold = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
