using System.Text.RegularExpressions;

namespace Fleet.Contracts;

/// <summary>What zones and lines may be.</summary>
public static partial class ZoneRules
{
    private const int MaxPlaces = 32;
    private const int MaxCorners = 32;
    private const int MaxClasses = 64;

    /// <summary>Share of the picture below which a zone is taken for a slip of the hand.</summary>
    private const double MinArea = 1e-4;

    /// <summary>The same for the length of a line.</summary>
    private const double MinLength = 0.01;

    /// <summary>Refuses zones and lines that cannot be watched.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.CameraZone"/>: says which, what was given and what is wanted.</exception>
    public static void ThrowIfBroken(IReadOnlyList<Zone> zones, IReadOnlyList<Line> lines)
    {
        var fault = zones.Count > MaxPlaces || lines.Count > MaxPlaces
            ? $"{zones.Count} zones and {lines.Count} lines were given; a camera has at most {MaxPlaces} of each."
            : zones.Select(FaultOf).Concat(lines.Select(FaultOf)).FirstOrDefault(f => f is not null) ?? NameTakenTwice(zones, lines);
        if (fault is not null)
        {
            throw new ProblemException(Problems.CameraZone, fault);
        }
    }

    private static string? FaultOf(Zone zone) => zone switch
    {
        _ when !Name().IsMatch(zone.Name) => BadName("zone", zone.Name),
        _ when zone.Points.Count is < 3 or > MaxCorners => $"The zone '{zone.Name}' has {zone.Points.Count} corners; wanted 3 to {MaxCorners}.",
        _ when zone.Points.FirstOrDefault(p => !IsInside(p), new(0, 0)) is var p && !IsInside(p) => Outside("zone", zone.Name, p),
        _ when Area(zone.Points) < MinArea => $"The zone '{zone.Name}' encloses next to nothing of the picture. Name its corners in order, around it.",
        _ when CrossesItself(zone.Points) => $"The outline of the zone '{zone.Name}' crosses itself. Name its corners in order, around it.",
        _ when zone.EmptySeconds is not (>= 1 and <= 86_400) => $"The zone '{zone.Name}' is to be empty after {zone.EmptySeconds} s; wanted 1 to 86400.",
        _ => BadClasses("zone", zone.Name, zone.Classes),
    };

    private static string? FaultOf(Line line) => line switch
    {
        _ when !Name().IsMatch(line.Name) => BadName("line", line.Name),
        _ when !IsInside(line.From) => Outside("line", line.Name, line.From),
        _ when !IsInside(line.To) => Outside("line", line.Name, line.To),
        _ when Math.Abs(line.To.X - line.From.X) + Math.Abs(line.To.Y - line.From.Y) < MinLength => $"The line '{line.Name}' begins where it ends; wanted two points apart.",
        _ => BadClasses("line", line.Name, line.Classes),
    };

    private static string BadName(string what, string name) => $"'{name}' is not a name for a {what}: wanted 1 to 32 of a-z, 0-9 and -, beginning with a letter or digit.";

    private static string Outside(string what, string name, PicturePoint point) =>
        FormattableString.Invariant($"The {what} '{name}' has the point {point.X},{point.Y}, which is outside the picture: x and y are shares of its width and height, 0 to 1.");

    private static string? BadClasses(string what, string name, IReadOnlyList<string>? classes) =>
        (classes ?? []).Count > MaxClasses || (classes ?? []).Any(c => c.Length is 0 or > 64)
            ? $"The {what} '{name}' names classes that cannot be: at most {MaxClasses}, each of 1 to 64 characters."
            : null;

    private static string? NameTakenTwice(IReadOnlyList<Zone> zones, IReadOnlyList<Line> lines) =>
        zones.Select(z => z.Name).Concat(lines.Select(l => l.Name)).GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? $"'{twice.Key}' names {twice.Count()} zones or lines of the camera; each needs a name of its own."
            : null;

    private static bool IsInside(PicturePoint point) => point is { X: >= 0 and <= 1, Y: >= 0 and <= 1 };

    private static double Area(IReadOnlyList<PicturePoint> points)
    {
        var twice = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            var (a, b) = (points[i], points[(i + 1) % points.Count]);
            twice += (a.X * b.Y) - (b.X * a.Y);
        }

        return Math.Abs(twice) / 2;
    }

    private static bool CrossesItself(IReadOnlyList<PicturePoint> points)
    {
        for (var i = 0; i < points.Count; i++)
        {
            for (var j = i + 2; j < points.Count; j++)
            {
                var areNeighbours = (j + 1) % points.Count == i;
                if (!areNeighbours && Cross(points[i], points[i + 1], points[j], points[(j + 1) % points.Count]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Cross(PicturePoint a, PicturePoint b, PicturePoint c, PicturePoint d) =>
        Side(a, b, c) * Side(a, b, d) < 0 && Side(c, d, a) * Side(c, d, b) < 0;

    private static double Side(PicturePoint a, PicturePoint b, PicturePoint p) => ((b.X - a.X) * (p.Y - a.Y)) - ((b.Y - a.Y) * (p.X - a.X));

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,31}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
