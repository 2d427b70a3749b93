using System.Globalization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>What was sent to a device, for the hour that it counts.</summary>
internal sealed record Sent(DateTimeOffset At, string? Site, long Bytes);

/// <summary>What limits when devices may be told.</summary>
/// <param name="Windows">Hours of the week; empty for any time.</param>
/// <param name="Caps">Bytes an hour; null for no limit.</param>
/// <param name="Sent">What was sent within the last hour, by all rollouts.</param>
/// <param name="Now">The time that is planned for.</param>
internal sealed record Traffic(IReadOnlyList<MaintenanceWindow> Windows, ByteCaps? Caps, IReadOnlyList<Sent> Sent, DateTimeOffset Now)
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    public static readonly Traffic Free = new([], null, [], default);

    /// <summary>An order stands only while its device is there to follow it: what is fetched on a later day would be fetched in another hour.</summary>
    public bool IsLimited => Windows.Count > 0 || Caps is { PerSiteHour: not null } or { PerHour: not null };

    public bool IsOpen(string? zone) => Windows.Count == 0 || Windows.Any(w => w.IsOpen(Now, zone));

    public DateTimeOffset? NextOpening(string? zone) => Windows.Select(w => w.NextOpening(Now, zone)).Where(t => t is not null).Min();
}

/// <summary>Why a device has to wait.</summary>
internal enum HeldBy
{
    Offline,
    Window,
    NoZone,
    SiteCap,
    Cap,
}

/// <summary>A device that has to wait, and until when where that is known.</summary>
internal sealed record Held(DeviceEvidence Device, HeldBy By, DateTimeOffset? Until = null);

/// <summary>Who may be told now, and who waits for what. No clock, no I/O.</summary>
internal sealed record Admission(IReadOnlyList<DeviceEvidence> Told, IReadOnlyList<Held> Held)
{
    /// <param name="askers">Those that are not told yet, the first of them first.</param>
    /// <param name="traffic">What limits them.</param>
    public static Admission Of(IEnumerable<DeviceEvidence> askers, Traffic traffic)
    {
        List<Sent> sent = [.. traffic.Sent.Where(s => s.At > traffic.Now - Traffic.Hour)];
        var (told, held) = (new List<DeviceEvidence>(), new List<Held>());
        foreach (var asker in askers)
        {
            if (Hold(asker, traffic, sent) is { } hold)
            {
                held.Add(hold);
                continue;
            }

            told.Add(asker);
            if (asker.Bytes > 0)
            {
                sent.Add(new Sent(traffic.Now, asker.Site, asker.Bytes));
            }
        }

        return new Admission(told, held);
    }

    public static string Words(IReadOnlyList<Held> held) => string.Concat(
        Part(held, HeldBy.Offline, "offline"),
        Part(held, HeldBy.Window, "outside their window"),
        Part(held, HeldBy.NoZone, "without a label time-zone, which the window needs"),
        Part(held, HeldBy.SiteCap, "waiting for the bytes of their site"),
        Part(held, HeldBy.Cap, "waiting for the bytes of this hour"));

    public static string At(DateTimeOffset at) => at.UtcDateTime.ToString("ddd d MMM HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static Held? Hold(DeviceEvidence asker, Traffic traffic, List<Sent> sent)
    {
        if (!traffic.IsOpen(asker.TimeZone))
        {
            return traffic.NextOpening(asker.TimeZone) is { } opens ? new Held(asker, HeldBy.Window, opens) : new Held(asker, HeldBy.NoZone);
        }

        if (traffic.IsLimited && !asker.Online)
        {
            return new Held(asker, HeldBy.Offline);
        }

        if (asker.Bytes == 0)
        {
            return null;
        }

        return Free(sent.Where(s => s.Site == asker.Site), asker.Bytes, traffic.Caps?.PerSiteHour, traffic.Now) is { } site ? new Held(asker, HeldBy.SiteCap, site)
            : Free(sent, asker.Bytes, traffic.Caps?.PerHour, traffic.Now) is { } all ? new Held(asker, HeldBy.Cap, all)
            : null;
    }

    /// <summary>When there is room for so many bytes; null for now.</summary>
    private static DateTimeOffset? Free(IEnumerable<Sent> sent, long bytes, long? cap, DateTimeOffset now)
    {
        if (cap is not { } most)
        {
            return null;
        }

        var hour = sent.OrderBy(s => s.At).ToList();
        var used = hour.Sum(s => s.Bytes);
        var until = (DateTimeOffset?)null;
        foreach (var oldest in hour)
        {
            if (used + bytes <= most)
            {
                break;
            }

            used -= oldest.Bytes;
            until = oldest.At + Traffic.Hour;
        }

        return used + bytes > most ? now + Traffic.Hour : until;
    }

    private static string Part(IReadOnlyList<Held> held, HeldBy by, string what)
    {
        var some = held.Where(h => h.By == by).ToList();
        var times = some.Select(h => h.Until).Where(t => t is not null).Distinct().ToList();
        var earliest = times.Count > 1 ? " at the earliest" : "";
        return some.Count == 0 ? "" : $", {some.Count} {what}{(times.Min() is { } at ? $" until {At(at)}{earliest}" : "")} ({RolloutPlanner.Names([.. some.Select(h => h.Device)])})";
    }
}
