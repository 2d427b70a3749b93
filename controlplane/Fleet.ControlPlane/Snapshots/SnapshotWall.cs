using System.ComponentModel.DataAnnotations;
using Fleet.Contracts;
using Fleet.ControlPlane.Alike;
using Fleet.ControlPlane.Samples;

namespace Fleet.ControlPlane.Snapshots;

/// <summary>Which frames of a snapshot to find; what is left out passes all.</summary>
/// <param name="Part">What they are for.</param>
/// <param name="Device">Where they come from.</param>
/// <param name="Camera">Which camera.</param>
/// <param name="Trigger">Why they were kept.</param>
/// <param name="Class">They show this class.</param>
/// <param name="Empty">True: they show nothing.</param>
/// <param name="MinScore">Worth at least so much, 0 to 1.</param>
/// <param name="MaxScore">Worth at most so much, 0 to 1.</param>
/// <param name="State">State of the sample today.</param>
/// <param name="Like">The nearest to this sample first; else the newest first.</param>
/// <param name="Skip">So many come before the window.</param>
/// <param name="Take">0 to 200; 60 when left out.</param>
public readonly record struct SnapshotQuery(
    SnapshotPart? Part,
    DeviceId? Device,
    CameraId? Camera,
    [StringLength(32)] string? Trigger,
    [StringLength(64)] string? Class,
    bool? Empty,
    double? MinScore,
    double? MaxScore,
    SampleState? State,
    Digest? Like,
    [Range(0, 10_000_000)] int? Skip,
    [Range(0, 200)] int? Take)
{
    internal bool Passes(OpenFrame frame)
    {
        var (part, device, camera, trigger, name) = (Part, Device, Camera, Trigger, Class);
        return (part is null || frame.Part == part)
            && (device is null || frame.Frame.Device == device)
            && (camera is null || frame.Frame.Camera == camera)
            && (trigger is null || frame.Trigger == trigger)
            && (name is null || frame.Frame.Label.Any(b => b.Label == name))
            && (Empty is not true || frame.Frame.Label.Count == 0)
            && (MinScore is null || frame.Score >= MinScore)
            && (MaxScore is null || frame.Score <= MaxScore);
    }
}

/// <summary>Finds frames of a snapshot.</summary>
internal sealed class SnapshotWall(SnapshotShelf shelf, SampleCatalogue samples, LikenessDesk likeness)
{
    private const int DefaultTake = 60;

    /// <exception cref="ProblemException">The snapshot, or the sample that frames should be like, is unknown.</exception>
    public async Task<SnapshotFrames> FindAsync(Digest snapshot, SnapshotQuery query, CancellationToken cancellationToken)
    {
        var open = await shelf.OpenAsync(snapshot, cancellationToken);
        var passing = open.Frames.Where(query.Passes).ToList();
        if (query.State is { } state)
        {
            var states = await samples.OutlineAsync(Digests(passing), cancellationToken);
            passing.RemoveAll(f => states.GetValueOrDefault(f.Frame.Digest)?.State != state);
        }

        LikenessFound? found = null;
        if (query.Like is { } like)
        {
            await samples.RequireAsync(like, cancellationToken);
            found = likeness.Of(like, Digests(passing));
            passing = [.. passing.OrderBy(f => found.Distances.GetValueOrDefault(f.Frame.Digest, double.MaxValue))];
        }

        var window = passing.Skip(query.Skip ?? 0).Take(query.Take ?? DefaultTake).ToList();
        var today = await samples.OutlineAsync(Digests(window), cancellationToken);
        return new SnapshotFrames(passing.Count, [.. window.Select(f => Show(f, today.GetValueOrDefault(f.Frame.Digest), found))], found?.Compared);
    }

    private static List<Digest> Digests(IEnumerable<OpenFrame> frames) => [.. frames.Select(f => f.Frame.Digest)];

    private static BrowsedFrame Show(OpenFrame frame, SampleOutline? today, LikenessFound? found) => new(
        frame.Frame,
        frame.Part,
        frame.CapturedAt,
        frame.Trigger,
        frame.Score,
        today?.State,
        today is not null && !(today.Label ?? []).SequenceEqual(frame.Frame.Label),
        found is not null && found.Distances.TryGetValue(frame.Frame.Digest, out var distance) ? distance : null);
}
