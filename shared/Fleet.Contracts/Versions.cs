using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Registers a version: a card without number and with blobs that were uploaded before.</summary>
public sealed record VersionRequest
{
    /// <summary>The model it is a version of; made when new.</summary>
    public required ModelName Model { get; init; }

    /// <summary>One of <see cref="HeadKinds"/>; null recognises it from the file's metadata or shapes.</summary>
    [StringLength(32)]
    public string? Head { get; init; }

    /// <summary>Class names in output order; null reads them from the file's metadata.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>What the network is fed; null takes it from the file's metadata or the head's convention.</summary>
    public InputSpec? Input { get; init; }

    /// <summary>Scores below are dropped, 0 to 1.</summary>
    [Range(0, 1)]
    public float? ScoreThreshold { get; init; }

    /// <summary>At least one uploaded ONNX file.</summary>
    [Required]
    public required IReadOnlyList<VariantUpload> Variants { get; init; }

    /// <summary>Uploaded golden clip.</summary>
    public Digest? GoldenClip { get; init; }

    /// <summary>Figures measured by the maker.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Where it comes from.</summary>
    public Lineage? Lineage { get; init; }

    /// <summary>Parts of the input; they go before <see cref="Input"/>, the file and the head's convention.</summary>
    public InputOptions? InputOptions { get; init; }

    /// <summary>Of two boxes of a class that overlap more, the weaker is dropped, 0 to 1; null takes the head's convention.</summary>
    [Range(0, 1)]
    public float? NmsIou { get; init; }

    /// <summary>One of <see cref="ScoreForms"/>; null takes what the head or the file's last operator says.</summary>
    [StringLength(32)]
    public string? Scores { get; init; }

    /// <summary>Uploaded page (one HTML file) with what was measured, for people; devices never fetch it.</summary>
    public Digest? Report { get; init; }
}

/// <summary>An uploaded variant.</summary>
/// <param name="Name"><c>fp32</c>, <c>fp32-2:4</c>, <c>int8</c> …</param>
/// <param name="Digest">The blob.</param>
public sealed record VariantUpload([property: Required, RegularExpression("^[a-z0-9][a-z0-9:-]{0,31}$")] string Name, Digest Digest);

/// <summary>How far a version is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VersionState>))]
public enum VersionState
{
    /// <summary>Registered; no publisher has signed it, no device may run it.</summary>
    Draft,

    /// <summary>Signed into the release repository.</summary>
    Released,
}

/// <summary>A version as the control plane knows it.</summary>
/// <param name="Card">Its card.</param>
/// <param name="State">Draft or released.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="Files">All its files as targets: a publisher signs exactly these.</param>
public sealed record VersionResponse(ModelCard Card, VersionState State, DateTimeOffset CreatedAt, string CreatedBy, IReadOnlyList<TargetFile> Files);

/// <summary>How many cameras a version is meant for, and how many it serves.</summary>
/// <param name="Version">The version.</param>
/// <param name="Devices">Devices of which a camera should run it; those that were shut out do not count.</param>
/// <param name="Cameras">Cameras that should run it.</param>
/// <param name="Running">Cameras of connected devices that say they run it, whether they should or not.</param>
public sealed record VersionUse(VersionId Version, int Devices, int Cameras, int Running);

/// <summary>Precision over recall, as a version's report draws it.</summary>
/// <param name="Label">The class.</param>
/// <param name="Iou">Overlap from which on a box counts as found.</param>
/// <param name="Area">Average precision, 0 to 1; null where the class did not occur.</param>
/// <param name="Points">By rising recall; no more than are needed to draw it.</param>
public sealed record VersionCurve(string Label, double Iou, double? Area, IReadOnlyList<CurveSpot> Points);

/// <summary>A point of a curve.</summary>
/// <param name="Recall">Share of the objects that were found, 0 to 1.</param>
/// <param name="Precision">Share of the boxes that are right, 0 to 1.</param>
public sealed record CurveSpot(double Recall, double Precision);

/// <summary>Who may sign from now on, as root keys signed it away from the server.</summary>
/// <param name="Root">The next root, TUF metadata; base64 in JSON.</param>
/// <param name="Targets">The released files, signed as the next root asks; null where the signatures on them suffice.</param>
public sealed record RootRequest(byte[] Root, byte[]? Targets = null);

/// <summary>Keys that a server made to take the place of its own, public halves in PEM: they wait until a root names them.</summary>
/// <param name="Snapshot">Says which lists belong together.</param>
/// <param name="Timestamp">Says what is current.</param>
/// <param name="Director">Signs directives.</param>
public sealed record OnlineKeysResponse(string Snapshot, string Timestamp, string Director);
