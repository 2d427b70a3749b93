using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Console.Versions;

/// <summary>A version with everything its page shows.</summary>
/// <param name="Version">The version.</param>
/// <param name="Lineage">From scene and samples to devices.</param>
/// <param name="Curves">As its report draws them.</param>
/// <param name="Rival">The version it is best compared with: its parent, else the one before it; null where it is alone.</param>
public sealed record VersionShown(VersionResponse Version, LineageGraph Lineage, IReadOnlyList<VersionCurve> Curves, VersionId? Rival)
{
    private const int Devices = 6;

    public static async Task<VersionShown> LoadAsync(FleetClient client, string name, CancellationToken cancellationToken)
    {
        var id = VersionId.TryParse(name, null, out var parsed) ? parsed
            : throw new ProblemException(Problems.VersionUnknown, $"'{name}' is not a version: wanted model@number, as in warehouse@3.");
        var version = await client.Versions.GetAsync(id, cancellationToken);
        var lineage = version.Card.Lineage;
        var run = lineage.Run is { } known ? await OrNothingAsync(() => client.TrainingRuns.GetAsync(known, cancellationToken), Problems.RunUnknown) : null;
        var scene = lineage.Scene is { } drawn ? await client.Scenes.FindAsync(drawn, cancellationToken) : null;
        var snapshots = lineage.Snapshot is null && run?.Request.HeldOut is null ? [] : (await client.Snapshots.PageAsync(cursor: null, limit: 500, cancellationToken)).Items;
        var kin = await client.Versions.OfModelAsync(id.Model, cancellationToken);
        var devices = await client.Devices.FindAsync(new DeviceFilter(Version: id), skip: 0, Devices, cancellationToken);
        var curves = version.Card.Report is null ? [] : await client.Versions.CurvesAsync(id, cancellationToken);
        var facts = new LineageFacts(version, run, scene, snapshots.ToDictionary(s => s.Digest), [.. kin.Where(v => v.Card.Lineage.Parent == id).Select(v => v.Card.Version)], devices);
        return new VersionShown(version, LineageGraph.Of(facts), curves, RivalOf(version.Card, kin));
    }

    internal static VersionId? RivalOf(ModelCard card, IReadOnlyList<VersionResponse> kin) =>
        card.Lineage.Parent ?? kin.Select(v => v.Card.Version).Where(v => v != card.Version)
            .OrderByDescending(v => v.Number < card.Version.Number).ThenByDescending(v => v.Number).Select(v => (VersionId?)v).FirstOrDefault();

    // what was there when the version was made need not be there any more
    private static async Task<T?> OrNothingAsync<T>(Func<Task<T>> read, ProblemKind missing) where T : class
    {
        try
        {
            return await read();
        }
        catch (ProblemException e) when (e.Kind == missing)
        {
            return null;
        }
    }
}
