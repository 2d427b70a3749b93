using System.Globalization;
using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Budgets;

/// <summary>Budgets and policies in words.</summary>
internal static class BudgetWords
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["gather.bytesPerHour"] = "an hour",
        ["gather.bytesPerDay"] = "a day",
        ["gather.cameraShare"] = "share of a camera",
        ["gather.classShare"] = "share of a class",
        ["gather.driftAlarm"] = "drift alarm from",
        ["gather.driftEnd"] = "drift alarm until",
        ["samplesPerHour"] = "samples an hour",
        ["randomShare"] = "by chance",
        ["outboxBytes"] = "outbox",
        ["engineSharing"] = "engine sharing",
    };

    /// <summary>In the powers of two that budgets are set in.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => Text(bytes / (double)(1L << 30), "GiB"),
        >= 1L << 20 => Text(bytes / (double)(1L << 20), "MiB"),
        >= 1L << 10 => Text(bytes / (double)(1L << 10), "KiB"),
        _ => $"{bytes} B",
    };

    /// <summary>Where a device has its policy from.</summary>
    public static string Of(PolicyOrigin origin) => origin switch
    {
        PolicyOrigin.Own => "Their own",
        PolicyOrigin.Labels => "By labels",
        _ => "The fleet's",
    };

    /// <summary>What it goes by.</summary>
    public static string GoesBy(DevicePolicyResponse device) => device.Origin switch
    {
        PolicyOrigin.Own => "its own",
        PolicyOrigin.Labels => device.Selector ?? "",
        _ => "the fleet's",
    };

    /// <summary>A setting that differs, with the device's value.</summary>
    public static string Of(PolicyDifference difference) =>
        $"{(Names.TryGetValue(difference.Setting, out var name) ? name : difference.Setting)} {Value(difference.Setting, difference.Device)}";

    /// <summary>Budgets first, in the order in which people ask for them.</summary>
    public static IEnumerable<PolicyDifference> Sorted(IEnumerable<PolicyDifference> differences)
    {
        var order = Names.Keys.ToList();
        return differences.OrderBy(d => order.IndexOf(d.Setting) is >= 0 and var at ? at : order.Count);
    }

    /// <summary>The same with both values.</summary>
    public static string Both(PolicyDifference difference) =>
        $"{difference.Setting}: {Value(difference.Setting, difference.Device)}, the fleet's {Value(difference.Setting, difference.Fleet)}";

    /// <summary>Where the budget is nearly used up, somebody should know.</summary>
    public static Tone ToneOf(double share) => share >= 0.95 ? Tone.Bad : share >= 0.8 ? Tone.Warn : Tone.Busy;

    private static string Value(string setting, string json) =>
        setting.Contains("bytes", StringComparison.OrdinalIgnoreCase) && long.TryParse(json, CultureInfo.InvariantCulture, out var bytes) ? Bytes(bytes)
        : setting.EndsWith("Share", StringComparison.Ordinal) && double.TryParse(json, CultureInfo.InvariantCulture, out var share) ? Figures.Percent(share)
        : json.Trim('"');

    private static string Text(double value, string unit) => $"{value.ToString("0.#", CultureInfo.InvariantCulture)} {unit}";
}
