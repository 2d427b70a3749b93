using Fleet.Contracts;

namespace Fleet.Vision.Tracking;

/// <summary>Counts what crosses one line. Its owner holds the lock.</summary>
internal sealed class LineWatch(Line line)
{
    private readonly Dictionary<long, Stand> _stands = [];
    private readonly List<long> _over = [];
    private long _forward;
    private long _backward;
    private long _round;

    public Line Line { get; private set; } = line;

    /// <summary>Another course under the same name: counters go on.</summary>
    public void Become(Line line)
    {
        if (line != Line)
        {
            Line = line;
            _stands.Clear();
        }
    }

    public void Look(IReadOnlyList<Track> tracks, FrameTime frame, List<PlaceEvent> events)
    {
        _round++;
        for (var i = 0; i < tracks.Count; i++)
        {
            if (Places.Counts(Line.Classes, tracks[i].Label))
            {
                Follow(tracks[i], frame, events);
            }
        }

        Forget();
    }

    public LineCounters Read(CameraId camera) => new(camera, Line.Name, _forward, _backward);

    private void Follow(Track track, FrameTime frame, List<PlaceEvent> events)
    {
        var has = _stands.TryGetValue(track.Id, out var before);
        var at = Places.Foot(track.Box);
        var (from, to) = (Places.InPx(Line.From, frame), Places.InPx(Line.To, frame));
        var distance = Places.Distance(from, to, at);
        if (!track.IsSeen || Math.Abs(distance) <= Places.Band(track.Box))
        {
            _stands[track.Id] = before with { Round = _round };
            return;
        }

        var side = Math.Sign(distance);
        if (has && before.Side * side < 0 && Places.Meet(before.At, at, from, to))
        {
            Count(track, side > 0, events);
        }

        _stands[track.Id] = new Stand(side, at, _round);
    }

    private void Count(Track track, bool forward, List<PlaceEvent> events)
    {
        (_forward, _backward) = forward ? (_forward + 1, _backward) : (_forward, _backward + 1);
        events.Add(new PlaceEvent(Line.Name, forward ? PlaceEventKind.Forward : PlaceEventKind.Backward, track.Id, track.Label));
    }

    private void Forget()
    {
        _over.Clear();
        foreach (var (track, stand) in _stands)
        {
            if (stand.Round != _round)
            {
                _over.Add(track);
            }
        }

        foreach (var track in _over)
        {
            _stands.Remove(track);
        }
    }

    /// <summary>Where an object was when it was last clear of the line.</summary>
    private readonly record struct Stand(int Side, (float X, float Y) At, long Round);
}
