using Fleet.Contracts;

namespace Fleet.ControlPlane.Platform.Http;

/// <summary>Strong entity tags, quotes included.</summary>
internal static class ETags
{
    public static string Of(long version) => $"\"{version}\"";

    public static string Of(Digest digest) => $"\"{digest.Hex}\"";

    /// <summary>Refuses a change whose If-Match is missing or names an older state.</summary>
    public static void RequireMatch(HttpRequest request, string current)
    {
        var given = request.Headers.IfMatch.ToString();
        if (given.Length == 0)
        {
            throw new ProblemException(Problems.RequestInvalid, "If-Match is missing; send the ETag that was read last.");
        }

        if (given != "*" && !given.Split(',', StringSplitOptions.TrimEntries).Contains(current, StringComparer.Ordinal))
        {
            throw new ProblemException(Problems.RequestStale, $"It is at {current} now and If-Match was {given}; read it again, then repeat the change.");
        }
    }

    /// <summary>Whether the caller already has it (answer 304).</summary>
    public static bool Has(HttpRequest request, string current) =>
        request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(current, StringComparer.Ordinal);
}
