using Fleet.Contracts;

namespace Fleet.Vision.Tracking;

/// <summary>Counts in one zone. Its owner holds the lock.</summary>
internal sealed class ZoneWatch(Zone zone)
{
    /// <summary>Frames in a row on which an object must be on the other side of the edge before it counts as in or out.</summary>
    private const int Settled = 2;

    private readonly Dictionary<long, Visit> _visits = [];
    private readonly List<long> _over = [];
    private long _entered;
    private long _left;
    private double _dwellSeconds;
    private TimeSpan _unfilled;
    private int _filledFrames;
    private bool _hasProduct;
    private bool? _isEmpty;
    private long _emptied;
    private long _round;

    public Zone Zone { get; private set; } = zone;

    /// <summary>Another outline under the same name: counters go on.</summary>
    public void Become(Zone zone) => Zone = zone;

    public void Look(IReadOnlyList<Track> tracks, IReadOnlyList<Detection> found, FrameTime frame, TimeSpan passed, List<PlaceEvent> events)
    {
        _round++;
        Spend(passed);
        for (var i = 0; i < tracks.Count; i++)
        {
            if (Places.Counts(Zone.Classes, tracks[i].Label))
            {
                Follow(tracks[i], frame, events);
            }
        }

        EndVisits(events);
        if (Zone.Kind == ZoneKind.Facing)
        {
            LookAtFacing(tracks, found, frame, passed, events);
        }
    }

    /// <summary>Time passes while nothing moves.</summary>
    public void Hold(TimeSpan passed, List<PlaceEvent> events)
    {
        Spend(passed);
        if (Zone.Kind == ZoneKind.Facing && !_hasProduct)
        {
            StayEmpty(passed, events);
        }
    }

    public ZoneCounters Read(CameraId camera)
    {
        var present = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var visit in _visits.Values)
        {
            if (visit.IsInside)
            {
                present[visit.Label] = present.GetValueOrDefault(visit.Label) + 1;
            }
        }

        return new(camera, Zone.Name, present, _entered, _left, Math.Round(_dwellSeconds, 3), Zone.Kind == ZoneKind.Facing ? _isEmpty : null, _emptied);
    }

    private void Spend(TimeSpan passed)
    {
        foreach (var visit in _visits.Values)
        {
            visit.Seconds += visit.IsInside ? passed.TotalSeconds : 0;
            _dwellSeconds += visit.IsInside ? passed.TotalSeconds : 0;
        }
    }

    private void Follow(Track track, FrameTime frame, List<PlaceEvent> events)
    {
        var at = Anchor(track.Box);
        var isIn = Places.Contains(Zone.Points, at, frame);
        if (!_visits.TryGetValue(track.Id, out var visit))
        {
            if (!isIn)
            {
                return;
            }

            _visits[track.Id] = visit = new Visit(track.Label);
        }

        visit.Round = _round;
        if (!track.IsSeen)
        {
            return;
        }

        // to come in is to be inside, to go out is to be clear of the edge
        var isAgainst = isIn != visit.IsInside && (isIn || Places.DistanceToEdge(Zone.Points, at, frame) > Places.Band(track.Box));
        visit.Against = isAgainst ? visit.Against + 1 : 0;
        if (visit.Against >= Settled)
        {
            Settle(track.Id, visit, isIn, events);
        }
    }

    private void Settle(long track, Visit visit, bool isIn, List<PlaceEvent> events)
    {
        (visit.IsInside, visit.Against) = (isIn, 0);
        if (isIn)
        {
            _entered++;
            events.Add(new PlaceEvent(Zone.Name, PlaceEventKind.Entered, track, visit.Label));
            return;
        }

        Leave(track, visit, events);
        visit.Seconds = 0;
    }

    private void Leave(long track, Visit visit, List<PlaceEvent> events)
    {
        _left++;
        events.Add(new PlaceEvent(Zone.Name, PlaceEventKind.Left, track, visit.Label, Math.Round(visit.Seconds, 2)));
    }

    /// <summary>An object whose track has ended is not seen any more: it left.</summary>
    private void EndVisits(List<PlaceEvent> events)
    {
        _over.Clear();
        foreach (var (track, visit) in _visits)
        {
            if (visit.Round != _round)
            {
                _over.Add(track);
            }
        }

        foreach (var track in _over)
        {
            if (_visits.Remove(track, out var visit) && visit.IsInside)
            {
                Leave(track, visit, events);
            }
        }
    }

    private void LookAtFacing(IReadOnlyList<Track> tracks, IReadOnlyList<Detection> found, FrameTime frame, TimeSpan passed, List<PlaceEvent> events)
    {
        _hasProduct = Holds(tracks, found, frame);
        if (!_hasProduct)
        {
            StayEmpty(passed, events);
            return;
        }

        // one false alarm fills no shelf
        _filledFrames++;
        if (_filledFrames >= Settled)
        {
            _unfilled = TimeSpan.Zero;
            if (_isEmpty is true)
            {
                events.Add(new PlaceEvent(Zone.Name, PlaceEventKind.Filled));
            }

            _isEmpty = false;
        }
    }

    private void StayEmpty(TimeSpan passed, List<PlaceEvent> events)
    {
        _filledFrames = 0;
        _unfilled += passed;
        if (_isEmpty is not true && _unfilled.TotalSeconds >= Zone.EmptySeconds)
        {
            (_isEmpty, _emptied) = (true, _emptied + 1);
            events.Add(new PlaceEvent(Zone.Name, PlaceEventKind.Emptied));
        }
    }

    private bool Holds(IReadOnlyList<Track> tracks, IReadOnlyList<Detection> found, FrameTime frame)
    {
        for (var i = 0; i < found.Count; i++)
        {
            if (Places.Counts(Zone.Classes, found[i].Label) && Places.Contains(Zone.Points, Places.Middle(found[i].Box), frame))
            {
                return true;
            }
        }

        for (var i = 0; i < tracks.Count; i++)
        {
            var track = tracks[i];
            if (track.IsSeen && Places.Counts(Zone.Classes, track.Label) && Places.Contains(Zone.Points, Places.Middle(track.Box), frame))
            {
                return true;
            }
        }

        return false;
    }

    private (float X, float Y) Anchor(Box box) => Zone.Kind == ZoneKind.Facing ? Places.Middle(box) : Places.Foot(box);

    private sealed class Visit(string label)
    {
        public string Label { get; } = label;

        public bool IsInside { get; set; }

        /// <summary>Frames in a row that say otherwise.</summary>
        public int Against { get; set; }

        public double Seconds { get; set; }

        public long Round { get; set; }
    }
}
