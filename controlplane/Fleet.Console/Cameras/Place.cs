using System.Collections.Immutable;
using Fleet.Contracts;

namespace Fleet.Console.Cameras;

/// <summary>What is drawn on a picture.</summary>
public enum PlaceKind
{
    /// <summary>Counts who stands in it.</summary>
    Zone,

    /// <summary>A place on a shelf.</summary>
    Facing,

    /// <summary>Counts who crosses it.</summary>
    Line,
}

/// <summary>A zone, facing or line while it is drawn.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Name">As it is typed.</param>
/// <param name="Points">Corners in order; of a line its two ends.</param>
/// <param name="Classes">As they are typed, with commas between; empty for all.</param>
/// <param name="EmptySeconds">Of a facing.</param>
public sealed record Place(PlaceKind Kind, string Name, ImmutableList<PicturePoint> Points, string Classes = "", double EmptySeconds = 30)
{
    /// <summary>Corners below which nothing is left of it.</summary>
    public int FewestPoints => Kind == PlaceKind.Line ? 2 : 3;

    internal static Place Of(Zone zone) =>
        new(zone.Kind == ZoneKind.Facing ? PlaceKind.Facing : PlaceKind.Zone, zone.Name, [.. zone.Points], string.Join(", ", zone.Classes ?? []), zone.EmptySeconds);

    internal static Place Of(Line line) => new(PlaceKind.Line, line.Name, [line.From, line.To], string.Join(", ", line.Classes ?? []));

    internal Zone ToZone() => new(Name, Points, Kind == PlaceKind.Facing ? ZoneKind.Facing : ZoneKind.Count, Named(), EmptySeconds);

    internal Line ToLine() => new(Name, Points[0], Points[^1], Named());

    private List<string>? Named() => Classes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } classes ? [.. classes] : null;
}
