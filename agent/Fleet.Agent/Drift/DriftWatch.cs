using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Drift;

/// <summary>A reference that lasts.</summary>
/// <param name="Version">Whose frames these are.</param>
/// <param name="Kind">Where they come from.</param>
/// <param name="Figures">What they show.</param>
internal sealed record DriftBaseline(VersionId Version, DriftReference Kind, DriftFigures Figures);

/// <summary>Holds what one camera shows now against the reference of its version. One thread looks, another reads and brings references.</summary>
internal sealed class DriftWatch(CameraId camera, TimeProvider time)
{
    /// <summary>Gaps are taken so often: between them nothing changes much.</summary>
    private const int Every = 25;

    /// <summary>Fewer frames than this say nothing.</summary>
    private const int FewFrames = 50;

    private readonly Lock _gate = new();
    private DriftFigures _now = new();
    private DriftBaseline? _reference;
    private VersionId? _version;
    private DriftGap _gap;
    private DateTimeOffset? _alarmSince;
    private long _seen;

    /// <summary>The version whose reference is still to be found; null when none is.</summary>
    public VersionId? Lacks
    {
        get
        {
            lock (_gate)
            {
                return _version is { } version && _reference?.Version != version ? version : null;
            }
        }
    }

    /// <summary>A reference of first frames that has just become whole, to be stored; null otherwise, and after it was told.</summary>
    public DriftBaseline? Fresh { get; private set; }

    /// <summary>What the reference of a version is; without frames the next ones of the camera become it.</summary>
    public void Use(DriftBaseline reference)
    {
        lock (_gate)
        {
            _reference = reference;
            (_now, _gap, _alarmSince) = (new DriftFigures(), default, null);
        }
    }

    /// <summary>The fresh reference is stored.</summary>
    public void Stored() => Fresh = null;

    /// <summary>Takes a frame in that a version looked at.</summary>
    public void Look(Frame frame, ReadOnlySpan<sbyte> embedding, VersionId version, IReadOnlyList<Detection> found, GatherPolicy policy)
    {
        lock (_gate)
        {
            _version = version;
            if (_reference is null || _reference.Version != version)
            {
                return;
            }

            var first = _reference.Kind == DriftReference.FirstFrames && _reference.Figures.Frames < policy.DriftFrames;
            (first ? _reference.Figures : _now).Add(frame, found, embedding);
            if (first)
            {
                Fresh = _reference.Figures.Frames >= policy.DriftFrames ? _reference : null;
            }
            else if (++_seen % Every == 0 && _now.Frames >= FewFrames)
            {
                Compare(policy);
            }
        }
    }

    /// <summary>Null before a version looked.</summary>
    public DriftState? Read()
    {
        lock (_gate)
        {
            return _reference is { } reference
                ? new DriftState(
                    camera, reference.Version, reference.Kind, (long)reference.Figures.Frames, (long)_now.Frames,
                    _gap.Scores, _gap.Counts, _gap.Brightness, _gap.Sharpness, _gap.Picture, _alarmSince)
                : null;
        }
    }

    // the gate is held
    private void Compare(GatherPolicy policy)
    {
        _gap = DriftGap.Between(_reference!.Figures, _now);
        _alarmSince = DriftGap.Alarm(_alarmSince, _gap.Largest, (policy.DriftAlarm, policy.DriftEnd), time.GetUtcNow());
        if (_now.Frames >= policy.DriftFrames)
        {
            _now.Fade(0.5);
        }
    }
}
