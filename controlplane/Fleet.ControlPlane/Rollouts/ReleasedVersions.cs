using Fleet.Contracts;
using Fleet.ControlPlane.Registry;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>What may be given to devices.</summary>
internal static class ReleasedVersions
{
    public static async Task<VersionResponse> GetAsync(VersionCatalogue versions, VersionId id, CancellationToken cancellationToken)
    {
        var version = await versions.FindAsync(id, cancellationToken) ?? throw new ProblemException(Problems.VersionUnknown, $"There is no version {id}.");
        return version.State == VersionState.Released
            ? version
            : throw new ProblemException(Problems.VersionNotReleased, $"{id} is a draft; a publisher must sign it before any device may run it.");
    }

    public static string Variant(VersionId version, string? asked, ModelCard card)
    {
        var names = card.Variants.Select(v => v.Name).ToList();
        return asked is null ? (names.Count > 1 ? VariantNames.Auto : names[0])
            : asked == VariantNames.Auto || names.Contains(asked, StringComparer.Ordinal) ? asked
            : throw new ProblemException(Problems.RequestInvalid, $"{version} has no variant '{asked}'; it has {string.Join(", ", names)}, and {VariantNames.Auto} lets each device take its fastest.");
    }

    /// <summary>What a device fetches that has nothing of it: card, golden clip and the variant, or all variants to race them.</summary>
    public static long Bytes(VersionResponse version, string variant)
    {
        var id = version.Card.Version;
        string[] needed = [Targets.Card(id), Targets.GoldenClip(id), .. version.Card.Variants.Select(v => v.Name).Where(v => variant == VariantNames.Auto || v == variant).Select(v => Targets.Variant(id, v))];
        return version.Files.Where(f => needed.Contains(f.Path, StringComparer.Ordinal)).Sum(f => f.SizeBytes);
    }
}
