using System.Globalization;
using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Hours of the week in which devices may be told, by the clock of a place: <c>Mon-Fri 22:00-05:00 Europe/Berlin</c>. An end before the start lies on the next day.</summary>
internal sealed partial class MaintenanceWindow
{
    private const string Wanted = "wanted days, times and a zone, such as Mon-Fri 22:00-05:00 Europe/Berlin, Sat,Sun 00:00-24:00 UTC or daily 01:00-04:00; without a zone the device's label time-zone counts";
    private const int DaysAhead = 8;
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private readonly HashSet<DayOfWeek> _days;
    private readonly TimeSpan _from;
    private readonly TimeSpan _to;
    private readonly TimeZoneInfo? _zone;

    private MaintenanceWindow(HashSet<DayOfWeek> days, TimeSpan from, TimeSpan to, TimeZoneInfo? zone) => (_days, _from, _to, _zone) = (days, from, to, zone);

    /// <exception cref="ProblemException"><see cref="Problems.RolloutWindow"/>.</exception>
    public static MaintenanceWindow Parse(string text)
    {
        var match = Grammar().Match(text.Trim());
        if (!match.Success || DaysOf(match.Groups["days"].Value) is not { } days || Time(match, "from") is not { } from || Time(match, "to") is not { } to || from >= TimeSpan.FromDays(1))
        {
            throw new ProblemException(Problems.RolloutWindow, $"The window '{text}' cannot be read; {Wanted}.");
        }

        var zone = match.Groups["zone"] is { Success: true, Value: var name }
            ? ZoneOf(name) ?? throw new ProblemException(Problems.RolloutWindow, $"The window '{text}' names the time zone '{name}', which is not known here; wanted a name of the IANA list, such as Europe/Berlin or UTC.")
            : null;
        return new MaintenanceWindow(days, from, to > from ? to : to + TimeSpan.FromDays(1), zone);
    }

    /// <summary>Null when there is no such zone.</summary>
    public static TimeZoneInfo? ZoneOf(string? name) => name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>Whether it can be told where the clock of this device hangs.</summary>
    public bool Knows(string? deviceZone) => (_zone ?? ZoneOf(deviceZone)) is not null;

    public bool IsOpen(DateTimeOffset now, string? deviceZone) => Around(now, deviceZone, daysAhead: 1).Any(w => w.From <= now && now < w.To);

    /// <summary>When it opens next; null where the device's zone is not known.</summary>
    public DateTimeOffset? NextOpening(DateTimeOffset now, string? deviceZone) =>
        Around(now, deviceZone, DaysAhead).Where(w => w.From > now && w.From < w.To).Select(w => (DateTimeOffset?)w.From).FirstOrDefault();

    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Around(DateTimeOffset now, string? deviceZone, int daysAhead)
    {
        if ((_zone ?? ZoneOf(deviceZone)) is not { } zone)
        {
            yield break;
        }

        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        for (var day = today.AddDays(-1); day <= today.AddDays(daysAhead); day = day.AddDays(1))
        {
            if (_days.Contains(day.DayOfWeek))
            {
                yield return (At(day + _from, zone), At(day + _to, zone));
            }
        }
    }

    // a time that comes twice means the first; one that is left out means the moment at which the clock jumps
    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static HashSet<DayOfWeek>? DaysOf(string text)
    {
        if (text.Equals("daily", StringComparison.OrdinalIgnoreCase))
        {
            return [.. Enum.GetValues<DayOfWeek>()];
        }

        var days = new HashSet<DayOfWeek>();
        foreach (var part in text.ToLowerInvariant().Split(','))
        {
            var ends = part.Split('-').Select(d => Array.IndexOf(Days, d)).ToArray();
            if (ends.Length > 2 || ends.Contains(-1))
            {
                return null;
            }

            for (var day = ends[0]; ; day = (day + 1) % Days.Length)
            {
                days.Add((DayOfWeek)day);
                if (day == ends[^1])
                {
                    break;
                }
            }
        }

        return days;
    }

    private static TimeSpan? Time(Match match, string which)
    {
        var (hours, minutes) = (int.Parse(match.Groups[which + "H"].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[which + "M"].Value, CultureInfo.InvariantCulture));
        var time = new TimeSpan(hours, minutes, 0);
        return minutes < 60 && time <= TimeSpan.FromDays(1) ? time : null;
    }

    [GeneratedRegex(@"^(?<days>[A-Za-z,-]{3,40})\s+(?<fromH>\d\d):(?<fromM>\d\d)-(?<toH>\d\d):(?<toM>\d\d)(\s+(?<zone>[A-Za-z0-9_+/-]{1,64}))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grammar();
}
