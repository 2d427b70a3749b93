using Fleet.Contracts;
using Fleet.ControlPlane.Looks;
using Fleet.Vision;

namespace Fleet.ControlPlane.Comparisons;

/// <summary>A comparison while this process lives; all that took long lies in the looks.</summary>
internal sealed class Comparison(string id, ComparisonRequest request, ModelCard a, ModelCard b, IReadOnlyList<FrameToCompare> frames, string source) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, IReadOnlyList<Detection>> _a = [];
    private readonly Dictionary<Digest, IReadOnlyList<Detection>> _b = [];
    private readonly CancellationTokenSource _end = new();
    private ComparisonState _state = ComparisonState.Waiting;
    private string? _detail;

    public string Id => id;

    public ModelCard A => a;

    public ModelCard B => b;

    public IReadOnlyList<Digest> Frames { get; } = [.. frames.Select(f => f.Frame.Digest)];

    /// <summary>When it was asked for last.</summary>
    public DateTimeOffset AskedAt { get; set; }

    /// <summary>Somebody stopped it.</summary>
    public CancellationToken Ended => _end.Token;

    public ComparisonState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    public void Begin() => Turn(ComparisonState.Running);

    public void Finish() => Turn(ComparisonState.Done);

    public void Fail(string why) => Turn(ComparisonState.Failed, why);

    public async Task CancelAsync()
    {
        Turn(ComparisonState.Cancelled);
        await _end.CancelAsync();
    }

    public void FoundByA(Digest frame, IReadOnlyList<Detection> found) => Add(_a, frame, found);

    public void FoundByB(Digest frame, IReadOnlyList<Detection> found) => Add(_b, frame, found);

    public ComparisonResponse Show()
    {
        lock (_lock)
        {
            var shown = frames.Select(Show_NeedsLock);
            return new ComparisonResponse(
                id, request, _state, _a.Count + _b.Count, 2 * frames.Count, source,
                Version_NeedsLock(a, _a), Version_NeedsLock(b, _b),
                [.. _state == ComparisonState.Done ? shown.OrderByDescending(f => f.Differences) : shown],
                _detail);
        }
    }

    public void Dispose() => _end.Dispose();

    private ComparedFrame Show_NeedsLock(FrameToCompare frame)
    {
        var (digest, truth) = (frame.Frame.Digest, frame.IsLabelled ? frame.Frame.Label : null);
        var byA = _a.TryGetValue(digest, out var foundA) ? ComparisonJudge.Look(frame, foundA, a.ScoreThreshold) : null;
        var byB = _b.TryGetValue(digest, out var foundB) ? ComparisonJudge.Look(frame, foundB, b.ScoreThreshold) : null;
        return new ComparedFrame(
            digest, frame.Frame.Device, frame.Frame.Camera, frame.Frame.WidthPx, frame.Frame.HeightPx, truth, byA, byB,
            byA is null || byB is null ? 0 : ComparisonJudge.Differences(byA.Found, byB.Found));
    }

    private ComparedVersion Version_NeedsLock(ModelCard card, Dictionary<Digest, IReadOnlyList<Detection>> found) => new(
        card.Version,
        Looker.VariantOf(card).Name,
        _state == ComparisonState.Done ? ComparisonJudge.Scores([.. frames.Where(f => f.IsLabelled).Select(f => new JudgedFrame(f.Frame.Label, found[f.Frame.Digest]))], card.ScoreThreshold) : null);

    private void Add(Dictionary<Digest, IReadOnlyList<Detection>> all, Digest frame, IReadOnlyList<Detection> found)
    {
        lock (_lock)
        {
            all[frame] = found;
        }
    }

    // what is over stays as it is
    private void Turn(ComparisonState state, string? detail = null)
    {
        lock (_lock)
        {
            if (_state is ComparisonState.Waiting or ComparisonState.Running)
            {
                (_state, _detail) = (state, detail);
            }
        }
    }
}
