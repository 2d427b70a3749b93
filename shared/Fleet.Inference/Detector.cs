using System.Diagnostics;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Vision;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>A version that is ready to look at frames. It reuses its buffers: one thread at a time.</summary>
public sealed class Detector : IDisposable
{
    /// <summary>Doubtful boxes of a frame at most.</summary>
    public const int MaxDoubtful = 100;

    private static readonly IReadOnlyList<Detection> None = [];
    private readonly OpenedEngine _engine;
    private readonly NetworkRun _run;
    private readonly float _floor;
    private readonly List<Candidate> _candidates = [];
    private readonly IHead _head;
    private readonly Placement[] _placements;
    private IReadOnlyList<Detection> _doubtful = None;

    private Detector(ModelCard card, string? scores, OpenedEngine engine, float floor)
    {
        (Card, _engine, _run, _floor) = (card, engine, engine.Run, floor);
        _placements = new Placement[_run.MaxBatch];
        _head = Heads.Create(new(card.Head, card.Input, card.Classes.Count, card.Scores ?? scores), _run.Outputs());
    }

    /// <summary>The card it was loaded with.</summary>
    public ModelCard Card { get; }

    /// <summary>The provider that runs it.</summary>
    public string Provider => _engine.Provider;

    /// <summary>Whether the engine came ready from the cache.</summary>
    public bool IsFromCache => _engine.FromCache;

    /// <summary>The rungs of the ladder that were tried, with the reason of each that was not taken; the last one runs.</summary>
    public IReadOnlyList<ProviderRung> Ladder => _engine.Rungs;

    /// <summary>Frames that one run can take: 1, or what it was loaded for where the network's batch is free.</summary>
    public int MaxBatch => _run.MaxBatch;

    /// <summary>Time the network alone took on the last run, ms, whatever the number of frames.</summary>
    public double InferenceMs => _run.InferenceMs;

    /// <summary>Time the last frame took to become a tensor, ms.</summary>
    public double PreprocessMs => _run.PreprocessMs;

    /// <summary>Time the last frame's outputs took to become detections, ms.</summary>
    public double DecodeMs { get; private set; }

    /// <summary>Boxes of the last frame below the threshold it was asked with and at least <see cref="InferenceOptions.CandidateFloor"/>, strongest first; no more than <see cref="MaxDoubtful"/>.</summary>
    public IReadOnlyList<Detection> Doubtful => _doubtful;

    /// <summary>Checks the file, builds the engine or takes it from the cache, and runs it twice on an empty frame.</summary>
    /// <param name="onnxPath">The network.</param>
    /// <param name="card">What is said of it.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="signed">What was signed: the very bytes that are run must be these, whatever was read and verified before; null takes any.</param>
    /// <exception cref="ProblemException">
    /// <see cref="Problems.EngineFailed"/>: no provider can run it; <see cref="Problems.ModelHead"/>: file and card do not fit;
    /// <see cref="Problems.TrustMismatch"/>: it is not what was signed; or one of the file's own problems.
    /// </exception>
    public static Detector Load(string onnxPath, ModelCard card, InferenceOptions options, Digest? signed = null)
    {
        var model = ReadFile(onnxPath);
        if (signed is { } wanted && Digest.Of(model) != wanted)
        {
            throw new ProblemException(Problems.TrustMismatch, $"The model of {card.Version} was replaced after it was verified; it is not run.");
        }

        var report = OnnxCheck.Inspect(model);
        var fit = OnnxCheck.FitHead(report, new HeadRequest { Head = card.Head, Classes = card.Classes, Input = card.Input, Scores = card.Scores });
        var engine = ProviderLadder.Open(model, Digest.Of(model), card.Input, Limit(options, report, card.Input));
        try
        {
            var detector = new Detector(card, fit.Scores, engine, options.CandidateFloor);
            detector.Detect(new Frame(card.Input.WidthPx, card.Input.HeightPx, channels: 3));
            return detector;
        }
        catch
        {
            engine.Run.Dispose();
            throw;
        }
    }

    /// <summary>Whether <see cref="Load"/> would find the engine ready.</summary>
    /// <exception cref="ProblemException">One of the file's own problems.</exception>
    public static bool IsBuilt(string onnxPath, ModelCard card, InferenceOptions options)
    {
        var model = ReadFile(onnxPath);
        return ProviderLadder.IsBuilt(Digest.Of(model), card.Input, Limit(options, OnnxCheck.Inspect(model), card.Input));
    }

    /// <summary>What the engine that <see cref="Load"/> would take or build depends on.</summary>
    /// <exception cref="ProblemException">One of the file's own problems.</exception>
    public static EngineKey KeyOf(string onnxPath, ModelCard card, InferenceOptions options)
    {
        var model = ReadFile(onnxPath);
        return ProviderLadder.KeyOf(Digest.Of(model), card.Input, Limit(options, OnnxCheck.Inspect(model), card.Input));
    }

    /// <summary>Finds objects in several frames with one run of the network.</summary>
    /// <param name="frames">1 to <see cref="MaxBatch"/> frames, BGR or grey, each of any size.</param>
    /// <param name="into">What was found on each, at the card's threshold; at least as long.</param>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/>: the run failed.</exception>
    public void Detect(ReadOnlySpan<Frame> frames, Span<Found> into)
    {
        for (var slot = 0; slot < frames.Length; slot++)
        {
            _placements[slot] = _run.Place(frames[slot], slot);
        }

        Run(frames.Length);
        for (var slot = 0; slot < frames.Length; slot++)
        {
            var found = Read(slot, _placements[slot], Card.ScoreThreshold);
            into[slot] = new(found, _doubtful);
        }
    }

    /// <summary>Finds objects in <paramref name="frame"/>.</summary>
    /// <param name="frame">BGR or grey, any size.</param>
    /// <param name="threshold">0 to 1; null takes the card's.</param>
    /// <returns>Boxes in px of the frame, strongest first.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.EngineFailed"/>: the run failed.</exception>
    public IReadOnlyList<Detection> Detect(Frame frame, float? threshold = null)
    {
        var placement = _run.Place(frame);
        Run(count: 1);
        return Read(slot: 0, placement, threshold ?? Card.ScoreThreshold);
    }

    /// <inheritdoc/>
    public void Dispose() => _run.Dispose();

    // an engine for several pictures cannot be built where the file says one
    private static InferenceOptions Limit(InferenceOptions options, OnnxReport report, InputSpec input) =>
        report.Inputs.FirstOrDefault(i => i.Name == input.Name) is { Shape: [{ Size: null }, ..] } && input.Layout != Layouts.Tiles ? options : options with { MaxBatch = 1, Pictures = 1 };

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(Problems.EngineFailed, $"The model file {Path.GetFileName(path)} cannot be read: {e.Message}", e);
        }
    }

    private static ProblemException Failed(string what, OnnxRuntimeException e) =>
        new(Problems.EngineFailed, $"{what}: {e.Message.Split('\n')[0].Trim()} Give the version a variant that this device can run.", e);

    private void Run(int count)
    {
        try
        {
            _run.Run(count);
        }
        catch (OnnxRuntimeException e)
        {
            throw Failed("The network failed on a frame", e);
        }
    }

    private IReadOnlyList<Detection> Read(int slot, Placement placement, float wanted)
    {
        var started = Stopwatch.GetTimestamp();
        _candidates.Clear();
        _head.Decode(_run.Outputs(slot), Math.Min(wanted, _floor), wanted, _candidates);
        Suppression.Apply(_candidates, Card.NmsIou, threshold: wanted, maxBelow: MaxDoubtful);
        // they come strongest first
        var certain = 0;
        while (certain < _candidates.Count && _candidates[certain].Score >= wanted)
        {
            certain++;
        }

        var found = Boxes(0, certain, placement);
        _doubtful = Boxes(certain, _candidates.Count, placement);
        DecodeMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return found;
    }

    // none makes no garbage
    private IReadOnlyList<Detection> Boxes(int from, int to, Placement placement)
    {
        if (from == to)
        {
            return None;
        }

        var boxes = new List<Detection>(to - from);
        for (var i = from; i < to; i++)
        {
            var (label, score, at) = _candidates[i];
            if (placement.ToFrame(at) is { Width: > 0, Height: > 0 } box)
            {
                boxes.Add(new(Card.Classes[label], score, box));
            }
        }

        return boxes;
    }
}

/// <summary>What was found on one frame of several.</summary>
/// <param name="Detections">Boxes in px of the frame, strongest first.</param>
/// <param name="Doubtful">Boxes below the threshold, strongest first.</param>
public readonly record struct Found(IReadOnlyList<Detection> Detections, IReadOnlyList<Detection> Doubtful);
