using System.Globalization;
using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>Rings and guards as a person types them.</summary>
internal static partial class RolloutWords
{
    public static string Kinds => string.Join(", ", Enum.GetValues<GuardKind>().Select(Name));

    /// <summary>Reads <c>name:selector</c>, <c>name:selector@5%</c> and <c>name:selector@3</c>.</summary>
    public static RingRequest Ring(string text)
    {
        var match = RingGrammar().Match(text);
        if (!match.Success)
        {
            throw new FormatException($"'{text}' is not a ring: wanted name:selector, such as canary:ring=canary, or with a share or a number, canary:*@5% or canary:*@3.");
        }

        var (percent, count) = (match.Groups["percent"], match.Groups["count"]);
        return new RingRequest(
            match.Groups["name"].Value,
            match.Groups["selector"].Value,
            Percent: percent.Success ? double.Parse(percent.Value, CultureInfo.InvariantCulture) : null,
            Count: count.Success ? int.Parse(count.Value, CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Reads <c>kind=limit</c> and <c>trial:kind=limit</c>.</summary>
    public static Guard Guard(string text)
    {
        var match = GuardGrammar().Match(text);
        return match.Success
            && Enum.GetValues<GuardKind>().Cast<GuardKind?>().FirstOrDefault(k => Name(k!.Value) == match.Groups["kind"].Value) is { } kind
            && double.TryParse(match.Groups["limit"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var limit)
            ? new Guard(kind, limit, Trial: match.Groups["trial"].Success)
            : throw new FormatException($"'{text}' is not a guard: wanted kind=limit, such as error-rate=0.02, or trial:kind=limit; kinds: {Kinds}.");
    }

    public static string Of(Guard guard) => string.Create(CultureInfo.InvariantCulture, $"{(guard.Trial ? "trial:" : "")}{Name(guard.Kind)}={guard.Limit}");

    private static string Name(GuardKind kind) => kind switch
    {
        GuardKind.LatencyP95Ms => "p95-ms",
        GuardKind.LatencyP95Ratio => "p95-ratio",
        GuardKind.FramesKept => "frames-kept",
        GuardKind.ErrorRate => "error-rate",
        GuardKind.DetectionBand => "detection-band",
        GuardKind.TemperatureC => "temperature-c",
        _ => "frames",
    };

    [GeneratedRegex("^(?<name>[^:]+):(?<selector>[^@]+)(@((?<percent>[0-9]{1,3}(\\.[0-9]+)?)%|(?<count>[0-9]{1,7})))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RingGrammar();

    [GeneratedRegex("^(?<trial>trial:)?(?<kind>[a-z0-9-]+)=(?<limit>[0-9.]+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GuardGrammar();
}
