using Fleet.Console.Parts;

namespace Fleet.Console.Settings;

/// <summary>Who signs something of releases, and until when what was signed last holds.</summary>
/// <param name="Name">As in the metadata: <c>root</c>, <c>targets</c>, <c>snapshot</c>, <c>timestamp</c>, or a role that publishers delegated to.</param>
/// <param name="By">The role that named its keys.</param>
/// <param name="Keys">Its keys.</param>
/// <param name="Threshold">So many of them have to sign.</param>
/// <param name="Version">Of what was signed last; null where nothing was yet.</param>
/// <param name="ExpiresAt">When that stops to hold.</param>
/// <param name="Paths">Where a delegated role may sign only some names: which; null elsewhere.</param>
public sealed record ReleaseRole(string Name, string By, IReadOnlyList<ReleaseKey> Keys, long Threshold, long? Version, DateTimeOffset? ExpiresAt, IReadOnlyList<string>? Paths = null)
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>The server's own keys; it signs anew by itself.</summary>
    public bool IsOnline => Name is "snapshot" or "timestamp";

    /// <summary>How it stands with its expiry at <paramref name="now"/>.</summary>
    public Word Standing(DateTimeOffset now) => (ExpiresAt - now) switch
    {
        null => new("Nothing signed", Tone.Idle),
        { } left when left <= TimeSpan.Zero => new("Expired", Tone.Bad, IsOnline ? "The server did not sign it anew: look at its log. Devices keep what they run and take nothing new." : $"Devices keep what they run and take nothing new until it is signed anew: {Renew}"),
        { } left when left < Warning => new($"{Days(left)} left", Tone.Warn, IsOnline ? "The server should have signed it anew: look at its log." : $"Sign it anew before: {Renew}"),
        { } left => new($"{Days(left)} left", Tone.Good),
    };

    // the server signs anew when half of a life of one or seven days is over
    private TimeSpan Warning => Name switch { "timestamp" => TimeSpan.FromHours(6), "snapshot" => TimeSpan.FromDays(2), _ => Month };

    private string Renew => Name == "root" ? "./fleet release rotate, where the root keys are." : "./fleet release sign, where the publisher's key is.";

    private static string Days(TimeSpan left) => left < TimeSpan.FromDays(2) ? $"{left.TotalHours:0} h" : $"{left.TotalDays:0} days";
}

/// <summary>A key that may sign.</summary>
/// <param name="Id">Its id in the metadata.</param>
/// <param name="Scheme">How it signs.</param>
/// <param name="Signed">Its signature is on what was signed last; nothing here was verified.</param>
public sealed record ReleaseKey(string Id, string Scheme, bool Signed);
