using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Console.Versions;

/// <summary>What can be compared, and what was chosen.</summary>
/// <param name="Versions">All versions, the newest first.</param>
/// <param name="Snapshots">Frames to compare on.</param>
/// <param name="Uses">Who runs which.</param>
/// <param name="A">One version; null where none was chosen.</param>
/// <param name="B">The other.</param>
public sealed record CompareChoice(
    IReadOnlyList<VersionResponse> Versions, IReadOnlyList<SnapshotResponse> Snapshots, IReadOnlyList<VersionUse> Uses, VersionId? A, VersionId? B)
{
    private const int Most = 500;

    /// <summary>Where two versions are compared; what is null is left to the page.</summary>
    public static string Address(object? a, object? b, object? on = null)
    {
        var parts = new (string Name, object? Value)[] { ("a", a), ("b", b), ("on", on) }
            .Select(p => (p.Name, Value: p.Value?.ToString())).Where(p => !string.IsNullOrEmpty(p.Value))
            .Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}");
        return $"/versions/compare?{string.Join('&', parts)}".TrimEnd('?');
    }

    public static async Task<CompareChoice> LoadAsync(FleetClient client, string? a, string? b, CancellationToken cancellationToken)
    {
        var versions = client.Versions.PageAsync(cursor: null, Most, cancellationToken);
        var snapshots = client.Snapshots.PageAsync(cursor: null, limit: 100, cancellationToken);
        var uses = client.Versions.UseAsync(cancellationToken);
        await Task.WhenAll(versions, snapshots, uses);
        return Of((await versions).Items, (await snapshots).Items, await uses, a, b);
    }

    /// <summary>Takes what was named; where only B was, A is what B was made from, else the version before it.</summary>
    public static CompareChoice Of(IReadOnlyList<VersionResponse> versions, IReadOnlyList<SnapshotResponse> snapshots, IReadOnlyList<VersionUse> uses, string? a, string? b)
    {
        var (first, second) = (Find(versions, a), Find(versions, b));
        if (first is null && second is not null)
        {
            first = Find(versions, VersionShown.RivalOf(second.Card, [.. versions.Where(v => v.Card.Version.Model == second.Card.Version.Model)])?.ToString());
        }

        return new CompareChoice(versions, snapshots, uses, first?.Card.Version, second?.Card.Version);
    }

    /// <summary>One of the versions.</summary>
    public VersionResponse Of(VersionId version) => Versions.First(v => v.Card.Version == version);

    private static VersionResponse? Find(IReadOnlyList<VersionResponse> versions, string? name) =>
        VersionId.TryParse(name, null, out var id) ? versions.FirstOrDefault(v => v.Card.Version == id) : null;
}
