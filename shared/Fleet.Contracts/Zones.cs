using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>A point of a picture, whatever its size: (0, 0) is its top-left corner, (1, 1) its bottom-right.</summary>
/// <param name="X">Share of the width, 0 to 1.</param>
/// <param name="Y">Share of the height, 0 to 1.</param>
public readonly record struct PicturePoint(double X, double Y);

/// <summary>What a zone is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ZoneKind>))]
public enum ZoneKind
{
    /// <summary>Counts the objects that stand in it (the middle of a box's bottom edge) and how long they stay.</summary>
    Count,

    /// <summary>A place on a shelf: reported as empty when the middle of no product was in it for a while.</summary>
    Facing,
}

/// <summary>A place in a camera's picture. Equal when all of it is equal.</summary>
/// <param name="Name">1 to 32 of a-z, 0-9 and -, one of its kind among the zones and lines of a camera.</param>
/// <param name="Points">Corners of a polygon, 3 to 32, in order.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Classes">Only objects of these classes count; null or empty for all.</param>
/// <param name="EmptySeconds">A facing without a product for so long is empty.</param>
public sealed record Zone(string Name, IReadOnlyList<PicturePoint> Points, ZoneKind Kind = ZoneKind.Count, IReadOnlyList<string>? Classes = null, double EmptySeconds = 30)
{
    /// <inheritdoc/>
    public bool Equals(Zone? other) =>
        other is not null && (Name, Kind, EmptySeconds) == (other.Name, other.Kind, other.EmptySeconds)
        && Points.SequenceEqual(other.Points) && (Classes ?? []).SequenceEqual(other.Classes ?? [], StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Points.Count);
}

/// <summary>A line in a camera's picture that objects cross. Forward is from its left to its right, seen along it: a line from left to right is crossed forward by who comes down the picture. Equal when all of it is equal.</summary>
/// <param name="Name">1 to 32 of a-z, 0-9 and -, one of its kind among the zones and lines of a camera.</param>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Classes">Only objects of these classes count; null or empty for all.</param>
public sealed record Line(string Name, PicturePoint From, PicturePoint To, IReadOnlyList<string>? Classes = null)
{
    /// <inheritdoc/>
    public bool Equals(Line? other) =>
        other is not null && (Name, From, To) == (other.Name, other.From, other.To) && (Classes ?? []).SequenceEqual(other.Classes ?? [], StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, From, To);
}

/// <summary>When frames on which nothing moves are not looked at; the last detections hold for them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MotionGating>))]
public enum MotionGating
{
    /// <summary>On live cameras, and on files while the device cannot keep up.</summary>
    Auto,

    /// <summary>Never: every frame is looked at.</summary>
    Off,

    /// <summary>On every camera, files included.</summary>
    Always,
}

/// <summary>Counters of one zone since the agent started.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Zone">Name of the zone.</param>
/// <param name="Present">Objects in it now, by class; a class without any is left out.</param>
/// <param name="Entered">Objects that came in.</param>
/// <param name="Left">Objects that went out, or were not seen any more.</param>
/// <param name="DwellSeconds">Time that all objects together spent in it, those in it now included.</param>
/// <param name="IsEmpty">Whether a facing is empty; null for other kinds, and while that is not known.</param>
/// <param name="Emptied">Times a facing became empty.</param>
public sealed record ZoneCounters(
    CameraId Camera,
    string Zone,
    IReadOnlyDictionary<string, long> Present,
    long Entered,
    long Left,
    double DwellSeconds,
    bool? IsEmpty = null,
    long Emptied = 0);

/// <summary>Counters of one line since the agent started.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Line">Name of the line.</param>
/// <param name="Forward">Objects that crossed it from its left to its right.</param>
/// <param name="Backward">Objects that crossed it from its right to its left.</param>
public sealed record LineCounters(CameraId Camera, string Line, long Forward, long Backward);

/// <summary>What happened at a zone or line.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlaceEventKind>))]
public enum PlaceEventKind
{
    /// <summary>An object came into a zone.</summary>
    Entered,

    /// <summary>An object went out of a zone, or was not seen any more.</summary>
    Left,

    /// <summary>An object crossed a line from its left to its right.</summary>
    Forward,

    /// <summary>An object crossed a line from its right to its left.</summary>
    Backward,

    /// <summary>A facing became empty.</summary>
    Emptied,

    /// <summary>An empty facing holds a product again.</summary>
    Filled,
}

/// <summary>Something that happened at a zone or line of a camera.</summary>
/// <param name="Place">Name of the zone or line.</param>
/// <param name="What">What happened.</param>
/// <param name="Track">Which object, as in <see cref="Detection.Track"/>; null for a facing.</param>
/// <param name="Label">Class of the object; null for a facing.</param>
/// <param name="DwellSeconds">How long it was in the zone, where it left one.</param>
public sealed record PlaceEvent(string Place, PlaceEventKind What, long? Track = null, string? Label = null, double? DwellSeconds = null);
