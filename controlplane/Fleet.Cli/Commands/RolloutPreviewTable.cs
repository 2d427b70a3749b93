using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>A preview for a terminal.</summary>
internal static class RolloutPreviewTable
{
    public static void Show(RolloutPreview preview)
    {
        Print.Line($"{preview.Version} ({preview.Variant}): {preview.Devices} devices, {preview.Cameras} cameras, {Size(preview.Bytes)} to send, {Size(preview.BytesPerDevice)} to a device that has nothing of it");
        if (preview.Floor is { } floor)
        {
            Print.Line($"No device would take it: its publisher lets devices install {floor}");
        }

        if (preview.Hours is { } hours)
        {
            Print.Line($"The last device is told after {hours:0.#} hours, if everyone is there and answers at once");
        }
        else
        {
            Print.Line($"The last device is not told within 60 days: look at windows, caps and time-zone labels");
        }

        var table = Print.Table("ring", "devices", "cameras", "to send", "first told", "last told", "offline", "doubtful");
        foreach (var ring in preview.Rings)
        {
            table.Row(ring.Name, ring.Devices, ring.Cameras, Size(ring.Bytes), ring.FirstAt?.ToString("u"), ring.LastAt?.ToString("u"), ring.OfflineCount, ring.RefusalCount);
        }

        Print.Show(table, "No ring.");
        foreach (var ring in preview.Rings)
        {
            List(ring.Offline.Select(d => $"{d} is offline"), ring.OfflineCount, ring.Name);
            List(ring.Refusals.Select(r => $"{r.Device}: {r.Why}"), ring.RefusalCount, ring.Name);
        }

        foreach (var pinned in preview.Pinned)
        {
            Print.Line($"{pinned.Device} is passed by, {pinned.Why}");
        }

        foreach (var older in preview.Supersedes)
        {
            Print.Line($"Rollout {older} ends as superseded");
        }

        if (preview.NeedsApproval)
        {
            Print.Line($"Someone else with the role Approver has to agree before any device is told");
        }
    }

    private static void List(IEnumerable<string> some, int all, string ring)
    {
        var named = some.ToList();
        named.ForEach(line => Print.Line($"{ring}: {line}"));
        if (all > named.Count)
        {
            Print.Line($"{ring}: and {all - named.Count} more");
        }
    }

    private static string Size(long bytes) => bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");
}
