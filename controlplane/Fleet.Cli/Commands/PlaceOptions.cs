using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>Zones and lines as they are typed: <c>NAME=x,y;x,y;…</c>, then <c>@class,class</c> where only some classes count.</summary>
internal sealed class PlaceOptions
{
    private const string Wanted = "wanted NAME=x,y;x,y;… with x and y from 0 to 1, and @class,class where only some classes count";

    private readonly Option<Zone[]> _zones = new("--zone")
    {
        Description = "A zone whose objects are counted, such as 'gate=0.1,0.5;0.4,0.5;0.4,0.9;0.1,0.9@person'; repeatable.",
        CustomParser = result => Parse(result, text => ReadZone(text, ZoneKind.Count)),
    };

    private readonly Option<Zone[]> _facings = new("--facing")
    {
        Description = "A place on a shelf that is reported when it is empty, typed like a zone; repeatable.",
        CustomParser = result => Parse(result, text => ReadZone(text, ZoneKind.Facing)),
    };

    private readonly Option<Line[]> _lines = new("--line")
    {
        Description = "A line whose crossings are counted per direction, such as 'door=0,0.5;1,0.5@person'; repeatable.",
        CustomParser = result => Parse(result, ReadLine),
    };

    private readonly Option<double?> _emptyAfter = new("--empty-after") { Description = "Seconds without a product after which a facing is empty; 30 when not given." };
    private readonly Option<bool> _noPlaces = new("--no-places") { Description = "Takes all zones, facings and lines away." };
    private readonly Option<MotionGating?> _motion = new("--motion") { Description = "When still frames are not looked at: auto, off or always." };

    public Symbol[] Symbols => [_zones, _facings, _lines, _emptyAfter, _noPlaces, _motion];

    /// <summary>Zones and lines that are not typed stay as they are.</summary>
    public CameraRequest AddTo(CameraRequest request, ParseResult result)
    {
        var facings = (result.GetValue(_facings) ?? []).Select(f => result.GetValue(_emptyAfter) is { } seconds ? f with { EmptySeconds = seconds } : f);
        var (zones, lines, clears) = ((Zone[])[.. result.GetValue(_zones) ?? [], .. facings], result.GetValue(_lines) ?? [], result.GetValue(_noPlaces));
        return request with
        {
            Zones = zones.Length > 0 || clears ? zones : null,
            Lines = lines.Length > 0 || clears ? lines : null,
            Motion = result.GetValue(_motion),
        };
    }

    /// <exception cref="FormatException">Says what is wanted.</exception>
    internal static Zone ReadZone(string text, ZoneKind kind)
    {
        var (name, points, classes) = Read(text);
        return new Zone(name, points, kind, classes);
    }

    /// <exception cref="FormatException">Says what is wanted.</exception>
    internal static Line ReadLine(string text)
    {
        var (name, points, classes) = Read(text);
        return points.Count == 2 ? new Line(name, points[0], points[1], classes) : throw new FormatException($"The line '{name}' has {points.Count} points; wanted two.");
    }

    private static (string Name, List<PicturePoint> Points, string[]? Classes) Read(string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } name, var rest])
        {
            throw new FormatException($"'{text}' is not understood: {Wanted}.");
        }

        var parts = rest.Split('@', 2);
        return (name, [.. parts[0].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(p => Point(name, p))], parts.Length > 1 ? parts[1].Split(',', StringSplitOptions.TrimEntries) : null);
    }

    private static PicturePoint Point(string name, string text) =>
        text.Split(',') is [var x, var y]
        && double.TryParse(x, NumberStyles.Float, CultureInfo.InvariantCulture, out var across)
        && double.TryParse(y, NumberStyles.Float, CultureInfo.InvariantCulture, out var down)
            ? new PicturePoint(across, down)
            : throw new FormatException($"'{text}' in '{name}' is not a point: {Wanted}.");

    private static T[]? Parse<T>(ArgumentResult result, Func<string, T> read)
    {
        try
        {
            return [.. result.Tokens.Select(t => read(t.Value))];
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return null;
        }
    }
}
