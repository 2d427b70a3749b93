using Fleet.Contracts;

namespace Fleet.Vision.Tracking;

/// <summary>Follows the objects of one camera and counts them at its zones and lines. Counters only rise, whatever is set anew. One thread looks; any thread may read.</summary>
public sealed class SceneWatch
{
    private readonly Lock _gate = new();
    private readonly BoxTracker _tracker = new();
    private readonly List<ZoneWatch> _zones = [];
    private readonly List<LineWatch> _lines = [];
    private readonly List<PlaceEvent> _events = [];

    /// <summary>The tracker; for the thread that looks.</summary>
    public BoxTracker Tracker => _tracker;

    /// <summary>What happened on the newest frame; valid until the next call, for the thread that looks.</summary>
    public IReadOnlyList<PlaceEvent> Events => _events;

    /// <summary>Zones and lines to watch from the next frame on. One that keeps its name keeps its counters.</summary>
    public void Set(IReadOnlyList<Zone> zones, IReadOnlyList<Line> lines)
    {
        lock (_gate)
        {
            Replace(_zones, zones, static (w, z) => w.Zone.Name == z.Name && w.Zone.Kind == z.Kind, static z => new ZoneWatch(z), static (w, z) => w.Become(z));
            Replace(_lines, lines, static (w, l) => w.Line.Name == l.Name, static l => new LineWatch(l), static (w, l) => w.Become(l));
        }
    }

    /// <summary>Takes in the boxes of one frame.</summary>
    /// <param name="found">At the version's threshold, px of the frame.</param>
    /// <param name="doubtful">Below it.</param>
    /// <param name="frame">When, and how large.</param>
    public void Look(IReadOnlyList<Detection> found, IReadOnlyList<Detection> doubtful, FrameTime frame)
    {
        var before = _tracker.Now;
        _tracker.Update(found, doubtful, frame);
        _events.Clear();
        lock (_gate)
        {
            foreach (var zone in _zones)
            {
                zone.Look(_tracker.Tracks, found, frame, _tracker.Now - before, _events);
            }

            foreach (var line in _lines)
            {
                line.Look(_tracker.Tracks, frame, _events);
            }
        }
    }

    /// <summary>Nothing moved since the last frame: what was found on it still holds.</summary>
    /// <param name="at">Time of the frame that was not looked at.</param>
    public void Hold(TimeSpan at)
    {
        var before = _tracker.Now;
        _tracker.Hold(at);
        _events.Clear();
        lock (_gate)
        {
            foreach (var zone in _zones)
            {
                zone.Hold(_tracker.Now - before, _events);
            }
        }
    }

    /// <summary>Counters of all zones.</summary>
    public IReadOnlyList<ZoneCounters> ReadZones(CameraId camera)
    {
        lock (_gate)
        {
            return [.. _zones.Select(z => z.Read(camera))];
        }
    }

    /// <summary>Counters of all lines.</summary>
    public IReadOnlyList<LineCounters> ReadLines(CameraId camera)
    {
        lock (_gate)
        {
            return [.. _lines.Select(l => l.Read(camera))];
        }
    }

    private static void Replace<TWatch, TPlace>(List<TWatch> watches, IReadOnlyList<TPlace> places, Func<TWatch, TPlace, bool> isSame, Func<TPlace, TWatch> make, Action<TWatch, TPlace> become)
    {
        var before = watches.ToList();
        watches.Clear();
        foreach (var place in places)
        {
            var known = before.Find(w => isSame(w, place));
            if (known is not null)
            {
                become(known, place);
            }

            watches.Add(known ?? make(place));
        }
    }
}
