using Fleet.Contracts;

namespace Fleet.Vision.Tracking;

/// <summary>A frame's place in time and its size.</summary>
/// <param name="At">Time on any clock that rises; media time for a file that is read as fast as possible.</param>
/// <param name="WidthPx">Width of the frame.</param>
/// <param name="HeightPx">Height of the frame.</param>
public readonly record struct FrameTime(TimeSpan At, int WidthPx, int HeightPx);

/// <summary>Follows boxes from frame to frame and gives each object an id, as ByteTrack does: boxes at the threshold are joined to tracks first, then weak boxes continue the tracks that are left, and only boxes at the threshold begin new tracks. Classes never mix. No garbage once it has seen its busiest frame; one thread at a time.</summary>
/// <remarks>Zhang et al., ByteTrack: Multi-Object Tracking by Associating Every Detection Box, arXiv 2110.06864. Motion is a constant-velocity Kalman filter in seconds, so that dropped frames and any rate are the same to it.</remarks>
public sealed class BoxTracker(TrackerOptions? options = null)
{
    /// <summary>A longer pause between two frames counts as so long: a clock that is set forward makes nobody wait for hours.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(5);

    private const int Taken = -1;

    /// <summary>A box within so much of an edge is leaving or coming, share of the frame's side.</summary>
    private const float EdgeShare = 0.01f;

    private readonly TrackerOptions _options = options ?? new();
    private readonly List<Track> _alive = [];
    private readonly List<Track> _confirmed = [];
    private readonly Stack<Track> _free = [];
    private readonly Assignment _assignment = new();
    private readonly List<Track> _open = [];
    private readonly List<int> _boxes = [];
    private long[] _idsOfFound = [];
    private long[] _idsOfDoubtful = [];
    private int _found;
    private int _doubtful;
    private TimeSpan? _lastAt;

    /// <summary>Tracks with an id that have not ended, those that are not on the newest frame included. Valid until the next call.</summary>
    public IReadOnlyList<Track> Tracks => _confirmed;

    /// <summary>Time since the first frame, by the times that frames came with; it never goes back.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Ids given so far.</summary>
    public long Ids { get; private set; }

    /// <summary>Stable tracks that are neither found nor hidden nor leaving on the newest frame, and were found on the one before: likely misses of the network.</summary>
    public int Vanished { get; private set; }

    /// <summary>Tracks that vanished on the frame before and are found on the newest: each is a flicker, and the frame before is worth labelling.</summary>
    public int Returned { get; private set; }

    /// <summary>Id of each found box of the newest frame; 0 for one that is not confirmed yet.</summary>
    public ReadOnlySpan<long> IdsOfFound => _idsOfFound.AsSpan(0, _found);

    /// <summary>Id of each doubtful box of the newest frame; 0 for one that continues no track.</summary>
    public ReadOnlySpan<long> IdsOfDoubtful => _idsOfDoubtful.AsSpan(0, _doubtful);

    /// <summary>Takes in the boxes of one frame.</summary>
    /// <param name="found">At the version's threshold, px of the frame.</param>
    /// <param name="doubtful">Below it.</param>
    /// <param name="frame">When, and how large; a time that does not rise counts as no time passed.</param>
    public void Update(IReadOnlyList<Detection> found, IReadOnlyList<Detection> doubtful, FrameTime frame)
    {
        Begin(found.Count, doubtful.Count, frame.At);
        Offer(found, minScore: 0);
        Open(confirmed: true);
        Join(found, _idsOfFound, _options.MinIou);
        Open(confirmed: false);
        Join(found, _idsOfFound, _options.MinIou);
        StartTracks(found);
        Offer(doubtful, _options.LowScore);
        OpenSeenBefore();
        Join(doubtful, _idsOfDoubtful, _options.MinIouDoubtful);
        foreach (var track in _alive)
        {
            Settle(track, frame);
        }

        RemoveEnded(frame);
    }

    /// <summary>Nothing moved since the last frame: what was on it is still there, where it was.</summary>
    /// <param name="at">Time of the frame that was not looked at.</param>
    public void Hold(TimeSpan at)
    {
        Pass(at);
        (Vanished, Returned) = (0, 0);
        foreach (var track in _alive)
        {
            if (track.IsSeen)
            {
                track.Rest(Now);
            }
        }
    }

    private TimeSpan Pass(TimeSpan at)
    {
        var passed = _lastAt is { } last ? TimeSpan.FromTicks(Math.Clamp((at - last).Ticks, 0, MaxPause.Ticks)) : TimeSpan.Zero;
        _lastAt = at;
        Now += passed;
        return passed;
    }

    private void Begin(int found, int doubtful, TimeSpan at)
    {
        var passed = Pass(at);
        (_found, _doubtful, Vanished, Returned) = (found, doubtful, 0, 0);
        _idsOfFound = Cleared(_idsOfFound, found);
        _idsOfDoubtful = Cleared(_idsOfDoubtful, doubtful);
        foreach (var track in _alive)
        {
            track.Predict(passed);
        }
    }

    private void Offer(IReadOnlyList<Detection> boxes, float minScore)
    {
        _boxes.Clear();
        for (var i = 0; i < boxes.Count; i++)
        {
            if (boxes[i].Score >= minScore)
            {
                _boxes.Add(i);
            }
        }
    }

    private void Open(bool confirmed)
    {
        _open.Clear();
        foreach (var track in _alive)
        {
            if (track.IsConfirmed == confirmed && !track.IsJoined)
            {
                _open.Add(track);
            }
        }
    }

    /// <summary>A weak box continues only what was there a moment ago.</summary>
    private void OpenSeenBefore()
    {
        _open.Clear();
        foreach (var track in _alive)
        {
            if (track is { IsConfirmed: true, IsJoined: false, IsSeen: true })
            {
                _open.Add(track);
            }
        }
    }

    /// <summary>Joins the open tracks and the boxes that are left; joined boxes are taken out.</summary>
    private void Join(IReadOnlyList<Detection> boxes, long[] ids, float minIou)
    {
        _assignment.Begin(_open.Count, _boxes.Count);
        for (var row = 0; row < _open.Count; row++)
        {
            var (expected, label) = (_open[row].Box, _open[row].Label);
            for (var column = 0; column < _boxes.Count; column++)
            {
                var box = boxes[_boxes[column]];
                if (box.Label == label && Boxes.Iou(expected, box.Box) is var iou && iou >= minIou)
                {
                    _assignment.Add(row, column, iou);
                }
            }
        }

        _assignment.Solve();
        for (var row = 0; row < _open.Count; row++)
        {
            if (_assignment.ColumnOf(row) is >= 0 and var column)
            {
                var (track, index) = (_open[row], _boxes[column]);
                track.Correct(boxes[index], Now);
                Confirm(track);
                ids[index] = track.Id;
                Returned += track.HasVanished && ReferenceEquals(ids, _idsOfFound) ? 1 : 0;
                _boxes[column] = Taken;
            }
        }

        _boxes.RemoveAll(static index => index == Taken);
    }

    private void StartTracks(IReadOnlyList<Detection> found)
    {
        foreach (var index in _boxes)
        {
            var track = _free.TryPop(out var used) ? used : new Track();
            track.Start(found[index], Now);
            Confirm(track);
            _idsOfFound[index] = track.Id;
            _alive.Add(track);
        }
    }

    private void Confirm(Track track)
    {
        if (!track.IsConfirmed && track.Streak >= _options.ConfirmFrames)
        {
            track.Id = ++Ids;
            _confirmed.Add(track);
        }
    }

    private void Settle(Track track, FrameTime frame)
    {
        if (track.IsJoined)
        {
            track.HasVanished = false;
            return;
        }

        track.HasVanished = track.IsSeen && track.Streak >= _options.StableFrames && IsInside(track.Box, frame) && !IsHidden(track);
        track.Miss();
        Vanished += track.HasVanished ? 1 : 0;
    }

    private static bool IsInside(Box box, FrameTime frame)
    {
        var (marginX, marginY) = (EdgeShare * frame.WidthPx, EdgeShare * frame.HeightPx);
        return box.X > marginX && box.Y > marginY && box.X + box.Width < frame.WidthPx - marginX && box.Y + box.Height < frame.HeightPx - marginY;
    }

    private bool IsHidden(Track track)
    {
        foreach (var other in _alive)
        {
            if (other.IsJoined && Boxes.Shared(other.Box, track.Box) > _options.HiddenShare * track.Box.Width * track.Box.Height)
            {
                return true;
            }
        }

        return false;
    }

    private void RemoveEnded(FrameTime frame)
    {
        for (var i = _alive.Count - 1; i >= 0; i--)
        {
            var track = _alive[i];
            if (HasEnded(track, frame))
            {
                _alive.RemoveAt(i);
                _confirmed.Remove(track);
                _free.Push(track);
            }
        }
    }

    private bool HasEnded(Track track, FrameTime frame)
    {
        if (track.IsSeen)
        {
            return false;
        }

        var box = track.Box;
        var isGone = box.X + box.Width < 0 || box.Y + box.Height < 0 || box.X > frame.WidthPx || box.Y > frame.HeightPx;
        return !track.IsConfirmed || isGone || (track.Missed > _options.MaxMissed && Now - track.LastAt > _options.MaxGap);
    }

    private static long[] Cleared(long[] ids, int count)
    {
        ids = ids.Length < count ? new long[Math.Max(count, 2 * ids.Length)] : ids;
        ids.AsSpan(0, count).Clear();
        return ids;
    }
}
