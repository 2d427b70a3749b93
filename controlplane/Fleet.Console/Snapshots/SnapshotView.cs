using Fleet.Client;
using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Snapshots;

/// <summary>A view of a snapshot's frames; its address says all of it.</summary>
/// <param name="Snapshot">The snapshot.</param>
public sealed record SnapshotView(Digest Snapshot)
{
    /// <summary>What stands for frames without any box where a class is chosen; no class is called so, for it has spaces at its ends.</summary>
    public const string Nothing = " nothing ";

    private const string NothingInAddress = "empty";

    /// <summary>What the frames are for.</summary>
    public SnapshotPart? Part { get; init; }

    /// <summary>A class that they show, or <see cref="Nothing"/>.</summary>
    public string? Class { get; init; }

    /// <summary>A camera, as device/camera.</summary>
    public string? Camera { get; init; }

    /// <summary>Why they were kept.</summary>
    public string? Trigger { get; init; }

    /// <summary>Worth at least so much.</summary>
    public string? Min { get; init; }

    /// <summary>Worth at most so much.</summary>
    public string? Max { get; init; }

    /// <summary>State of the sample today.</summary>
    public SampleState? State { get; init; }

    /// <summary>The nearest to it first.</summary>
    public Digest? Like { get; init; }

    /// <summary>Where the view is to be found.</summary>
    public string Address => Addresses.With(
        $"/snapshots/{Snapshot}", ("part", Part), ("class", Class == Nothing ? null : Class), ("show", Class == Nothing ? NothingInAddress : null), ("camera", Camera), ("trigger", Trigger), ("score", Min), ("most", Max), ("state", State), ("like", Like));

    /// <summary>The same for the API.</summary>
    public SnapshotFilter Filter
    {
        get
        {
            var (device, camera) = Addresses.Place(Camera);
            return new SnapshotFilter(Part, device, camera, Trigger, Class == Nothing ? null : Class, Class == Nothing ? true : null, Addresses.Number(Min), Addresses.Number(Max), State, Like);
        }
    }

    /// <summary>What stands in an address; what is none there passes all.</summary>
    public static SnapshotView Parse(Digest snapshot, IReadOnlyDictionary<string, string?> parts)
    {
        string? Of(string name) => Addresses.Trimmed(parts.GetValueOrDefault(name));
        return new SnapshotView(snapshot)
        {
            Part = Known<SnapshotPart>(Of("part")),
            Class = Of("show") == NothingInAddress ? Nothing : Of("class"),
            Camera = Of("camera"),
            Trigger = Of("trigger"),
            Min = Of("score"),
            Max = Of("most"),
            State = Known<SampleState>(Of("state")),
            Like = Digest.TryParse(Of("like"), null, out var like) ? like : null,
        };
    }

    private static T? Known<T>(string? text) where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
}
