using Fleet.Client;
using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Versions;

/// <summary>All models with their versions and where those stand.</summary>
public sealed record ModelShelf(IReadOnlyList<ShelvedModel> Models)
{
    private const int Most = 500;
    private static readonly RolloutState[] Moving = [RolloutState.Running, RolloutState.Paused, RolloutState.AwaitingApproval];

    public static async Task<ModelShelf> LoadAsync(FleetClient client, CancellationToken cancellationToken)
    {
        var versions = client.Versions.PageAsync(cursor: null, Most, cancellationToken);
        var uses = client.Versions.UseAsync(cancellationToken);
        var rollouts = client.Rollouts.PageAsync(cursor: null, limit: 100, cancellationToken);
        await Task.WhenAll(versions, uses, rollouts);
        return Of((await versions).Items, await uses, (await rollouts).Items);
    }

    /// <summary>Puts versions into their models, the newest first, models in use before others.</summary>
    public static ModelShelf Of(IReadOnlyList<VersionResponse> versions, IReadOnlyList<VersionUse> uses, IReadOnlyList<RolloutResponse> rollouts)
    {
        var moving = rollouts.Where(r => Moving.Contains(r.State)).Select(r => r.Version).ToHashSet();
        var used = uses.ToDictionary(u => u.Version);
        return new ModelShelf([
            .. versions.GroupBy(v => v.Card.Version.Model)
                .Select(m => Model(m.Key, [.. m.OrderByDescending(v => v.Card.Version.Number)], used, moving))
                .OrderByDescending(m => m.Cameras > 0).ThenBy(m => m.Name.ToString(), StringComparer.Ordinal),
        ]);
    }

    private static ShelvedModel Model(ModelName name, List<VersionResponse> versions, Dictionary<VersionId, VersionUse> used, HashSet<VersionId> moving)
    {
        // of two that serve as many cameras the newer one took over
        var champion = versions.Select(v => used.GetValueOrDefault(v.Card.Version)).OfType<VersionUse>()
            .Where(u => u.Cameras > 0).OrderByDescending(u => u.Cameras).ThenByDescending(u => u.Version.Number).FirstOrDefault();
        return new ShelvedModel(name, champion?.Version, [
            .. versions.Select(v => new ShelvedVersion(
                v,
                used.GetValueOrDefault(v.Card.Version) ?? new VersionUse(v.Card.Version, 0, 0, 0),
                StandingOf(v.Card.Version, champion?.Version, used, moving))),
        ]);
    }

    private static VersionStanding StandingOf(VersionId version, VersionId? champion, Dictionary<VersionId, VersionUse> used, HashSet<VersionId> moving) => version switch
    {
        _ when version == champion && !moving.Contains(version) => VersionStanding.Champion,
        _ when moving.Contains(version) => VersionStanding.RollingOut,
        _ when used.GetValueOrDefault(version) is { Cameras: > 0 } => VersionStanding.InService,
        _ when champion is null || version.Number > champion.Value.Number => VersionStanding.Candidate,
        _ => VersionStanding.Earlier,
    };
}

/// <summary>A model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Champion">The version that most cameras should run; null where none does.</param>
/// <param name="Versions">The newest first.</param>
public sealed record ShelvedModel(ModelName Name, VersionId? Champion, IReadOnlyList<ShelvedVersion> Versions)
{
    /// <summary>Cameras that should run any of its versions.</summary>
    public int Cameras => Versions.Sum(v => v.Use.Cameras);

    /// <summary>The version to look at first.</summary>
    public ShelvedVersion Shown => Versions.FirstOrDefault(v => v.Version.Card.Version == Champion) ?? Versions[0];

    /// <summary>The newest version that could take the champion's place; null where there is none.</summary>
    public VersionId? Challenger => Champion is null ? null
        : Versions.FirstOrDefault(v => v.Standing is VersionStanding.Candidate or VersionStanding.RollingOut && v.Version.Card.Version != Champion)?.Version.Card.Version;

    /// <summary>The most telling measure, and its values, the oldest version first: of versions that were measured beside their base where there are any, else of two and more; null where there is nothing to draw.</summary>
    public (string Measure, IReadOnlyList<MeasuredVersion> Values)? Course => AveragePrecision.Names
        .Select(name => ((string, IReadOnlyList<MeasuredVersion> Values)?)(name, Measured(name)))
        .FirstOrDefault(m => m!.Value.Values.Count > 1 || m.Value.Values is [{ Base: not null }]);

    private List<MeasuredVersion> Measured(string name)
    {
        List<MeasuredVersion> all = [.. from v in Versions.Reverse() let card = v.Version.Card where card.Metrics.ContainsKey(name) select new MeasuredVersion(card.Version, card.Metrics[name], CardFigures.BaseOf(card, name))];
        return all.Exists(v => v.Base is not null) ? all.FindAll(v => v.Base is not null) : all;
    }
}

/// <summary>A version on the shelf.</summary>
/// <param name="Version">The version.</param>
/// <param name="Use">Who runs it.</param>
/// <param name="Standing">What it is to its model.</param>
public sealed record ShelvedVersion(VersionResponse Version, VersionUse Use, VersionStanding Standing);

/// <summary>A version's value of a measure.</summary>
/// <param name="Version">The version.</param>
/// <param name="Value">Its value.</param>
/// <param name="Base">That of the version it was fine-tuned from, on the same frames; null where it was not measured.</param>
public sealed record MeasuredVersion(VersionId Version, double Value, double? Base = null);

/// <summary>What a version is to its model.</summary>
public enum VersionStanding
{
    /// <summary>Most cameras should run it.</summary>
    Champion,

    /// <summary>A rollout brings it to devices.</summary>
    RollingOut,

    /// <summary>Some cameras should run it.</summary>
    InService,

    /// <summary>Newer than the champion, and on no camera.</summary>
    Candidate,

    /// <summary>Older than the champion, and on no camera.</summary>
    Earlier,
}

/// <summary>The measures that say how good a version is, the most telling first.</summary>
internal static class AveragePrecision
{
    public static readonly string[] Names = [HeldOutMetrics.Result, "map50", "ap50", "accuracy"];

    /// <summary>A card's most telling measure; null where its maker reported none of them.</summary>
    public static (string Name, double Value)? Of(ModelCard card) =>
        Names.Where(card.Metrics.ContainsKey).Select(name => ((string, double)?)(name, card.Metrics[name])).FirstOrDefault();
}
