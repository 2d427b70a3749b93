using Fleet.Agent.Pipeline;
using Fleet.Vision.Tracking;

namespace Fleet.Agent.Offline;

/// <summary>Follows objects through a run, as a device does. Time is the file's own: how fast the run is changes nothing.</summary>
/// <param name="framesPerSecond">The camera's rate; null where it has none, as a folder of pictures.</param>
internal sealed class InferTracks(double? framesPerSecond)
{
    private const double UsualRate = 10;
    private readonly BoxTracker _tracker = new();

    /// <summary>Objects that were followed so far.</summary>
    public long Objects => _tracker.Ids;

    public InferredFrame Follow(InferredFrame seen)
    {
        var at = TimeSpan.FromSeconds(seen.Frame.Index / (framesPerSecond ?? UsualRate));
        _tracker.Update(seen.Found, seen.Doubtful, new FrameTime(at, seen.Frame.WidthPx, seen.Frame.HeightPx));
        return seen with { Found = Numbered.Of(seen.Found, _tracker.IdsOfFound), Doubtful = Numbered.Of(seen.Doubtful, _tracker.IdsOfDoubtful) };
    }
}
