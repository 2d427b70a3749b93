using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Console.Parts;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => Text(bytes / 1e3, "0.#", "kB"),
        < 1_000_000_000 => Text(bytes / 1e6, "0.##", "MB"),
        _ => Text(bytes / 1e9, "0.#", "GB"),
    };

    public static string PerSecond(double? rate) => rate is { } r ? r.ToString(r < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) : "–";

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Ms(double ms) => ms < 10 ? Text(ms, "0.0", "ms") : Text(ms, "0", "ms");

    /// <summary>A measured figure by its name: shares as percent, the rest as it is.</summary>
    public static string Metric(double value) => value is > 0 and <= 1
        ? value.ToString("0.000", CultureInfo.InvariantCulture)
        : value.ToString("#,0.##", CultureInfo.InvariantCulture);

    public static string Percent(double share) => Text(share * 100, share < 0.1 ? "0.#" : "0", "%");

    public static string Span(double seconds) => seconds switch
    {
        < 60 => $"{seconds:0} s",
        < 3600 => $"{(int)seconds / 60} min {(int)seconds % 60} s",
        < 86400 => $"{(int)seconds / 3600} h {(int)seconds / 60 % 60} min",
        _ => $"{(int)seconds / 86400} d {(int)seconds / 3600 % 24} h",
    };

    public static string At(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string Short(Digest digest) => digest.Hex[..12];

    public static string Plural(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    private static string Text(double value, string format, string unit) => $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";
}
