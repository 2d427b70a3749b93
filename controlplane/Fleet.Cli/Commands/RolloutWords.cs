using System.Globalization;
using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>Rings and guards as a person types them.</summary>
internal static partial class RolloutWords
{
    public static string Kinds => string.Join(", ", Enum.GetValues<GuardKind>().Select(Name));

    /// <summary>Reads <c>name:selector</c>, followed by <c>@5%</c> or <c>@3</c> for a share or number of devices and <c>#50%</c> or <c>#1</c> of each one's cameras.</summary>
    public static RingRequest Ring(string text)
    {
        var match = RingGrammar().Match(text);
        if (!match.Success)
        {
            throw new FormatException($"'{text}' is not a ring: wanted name:selector, such as canary:ring=canary; with a share or a number of devices, canary:*@5% or canary:*@3; or of each one's cameras, canary:*#1 or canary:*#50%.");
        }

        double? Share(string group) => match.Groups[group] is { Success: true, Value: var value } ? double.Parse(value, CultureInfo.InvariantCulture) : null;
        int? Count(string group) => match.Groups[group] is { Success: true, Value: var value } ? int.Parse(value, CultureInfo.InvariantCulture) : null;
        return new RingRequest(
            match.Groups["name"].Value,
            match.Groups["selector"].Value,
            Percent: Share("percent"),
            Count: Count("count"),
            Cameras: Count("cameras"),
            CameraPercent: Share("cameraPercent"));
    }

    /// <summary>Reads <c>200MB</c>, <c>1.5GiB</c> or plain bytes.</summary>
    public static long? Bytes(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var match = SizeGrammar().Match(text.Trim());
        return match.Success && double.TryParse(match.Groups["n"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n)
            ? (long)(n * Math.Pow(match.Groups["i"].Success ? 1024 : 1000, "kmgt".IndexOf(match.Groups["unit"].Value.ToLowerInvariant(), StringComparison.Ordinal) + (match.Groups["unit"].Length > 0 ? 1 : 0)))
            : throw new FormatException($"'{text}' is not a size: wanted bytes, or a number with kB, MB, GB, KiB, MiB or GiB.");
    }

    /// <summary>Reads <c>kind=limit</c>, <c>trial:kind=limit</c> and <c>kind=limit@frames</c>.</summary>
    public static Guard Guard(string text)
    {
        var match = GuardGrammar().Match(text);
        return match.Success
            && Enum.GetValues<GuardKind>().Cast<GuardKind?>().FirstOrDefault(k => Name(k!.Value) == match.Groups["kind"].Value) is { } kind
            && double.TryParse(match.Groups["limit"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var limit)
            ? new Guard(kind, limit, MinFrames: match.Groups["frames"] is { Success: true, Value: var frames } ? long.Parse(frames, CultureInfo.InvariantCulture) : new Guard(kind, limit).MinFrames, Trial: match.Groups["trial"].Success, Against: match.Groups["others"].Success ? GuardAgainst.OtherCameras : GuardAgainst.Before)
            : throw new FormatException($"'{text}' is not a guard: wanted kind=limit, such as error-rate=0.02, trial:kind=limit, kind/others=limit or kind=limit@frames; kinds: {Kinds}.");
    }

    /// <summary>What a ring's shadow has shown so far; null where it has none.</summary>
    public static string? Of(RingShadowResponse? shadow) => shadow is null ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{shadow.Looking} in the shadow, {shadow.Passed} passed, {shadow.Refused} refused; {shadow.Frames} frames compared{(shadow.LeastAgreement is { } least ? $", agreement at least {100 * least:0.#} %" : "")}");

    public static string Of(Guard guard) => string.Create(CultureInfo.InvariantCulture, $"{(guard.Trial ? "trial:" : "")}{Name(guard.Kind)}{(guard.Against == GuardAgainst.OtherCameras ? "/others" : "")}={guard.Limit}");

    private static string Name(GuardKind kind) => kind switch
    {
        GuardKind.LatencyP95Ms => "p95-ms",
        GuardKind.LatencyP95Ratio => "p95-ratio",
        GuardKind.FramesKept => "frames-kept",
        GuardKind.ErrorRate => "error-rate",
        GuardKind.DetectionBand => "detection-band",
        GuardKind.TemperatureC => "temperature-c",
        GuardKind.ShadowAgreement => "shadow-agreement",
        _ => "frames",
    };

    [GeneratedRegex("^(?<name>[^:]+):(?<selector>[^@#]+)(@((?<percent>[0-9]{1,3}(\\.[0-9]+)?)%|(?<count>[0-9]{1,7})))?(#((?<cameraPercent>[0-9]{1,3}(\\.[0-9]+)?)%|(?<cameras>[0-9]{1,3})))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RingGrammar();

    [GeneratedRegex("^(?<n>[0-9]{1,15}(\\.[0-9]{1,3})?)\\s*((?<unit>[kKmMgGtT])(?<i>i)?)?[bB]?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SizeGrammar();

    [GeneratedRegex("^(?<trial>trial:)?(?<kind>[a-z0-9-]+)(?<others>/others)?=(?<limit>[0-9.]+)(@(?<frames>[0-9]{1,9}))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GuardGrammar();
}
