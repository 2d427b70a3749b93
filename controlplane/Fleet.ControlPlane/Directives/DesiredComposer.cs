using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Directives;

/// <summary>Composes what a device should run from its row, its policy and the versions its cameras name. No clock, no I/O.</summary>
internal static class DesiredComposer
{
    /// <returns>With generation 0, no times and no nonce: the content that a directive is about.</returns>
    /// <exception cref="InvalidOperationException">A version that a camera names is not in <paramref name="versions"/>, or lacks the variant.</exception>
    public static Desired Compose(string tenant, DeviceRow device, DevicePolicy policy, IReadOnlyDictionary<VersionId, VersionResponse> versions)
    {
        var cameras = device.Cameras.OrderBy(c => c.Id.ToString(), StringComparer.Ordinal).ToList();
        return new Desired(
            tenant,
            device.Id,
            Generation: 0,
            default,
            default,
            Nonce: "",
            [.. cameras.Select(c => new DesiredCamera(c.Id, c.Source, c.Version, c.Fps, c.Loop, c.Zones, c.Lines, c.Motion, c.Beside))],
            [.. cameras.Where(c => c.Version is not null).Select(c => (Id: c.Version!.Value, c.Variant))
                .Concat(cameras.Where(c => c.Beside is not null).Select(c => (Id: c.Beside!.Version, Variant: (string?)null)))
                .DistinctBy(v => v.Id).Select(v => Version(device.Id, v.Id, v.Variant, versions))],
            policy);
    }

    public static Digest Content(Desired desired) => Digest.Of(JsonSerializer.SerializeToUtf8Bytes(desired, FleetJson.Strict.Desired));

    private static DesiredVersion Version(DeviceId device, VersionId id, string? named, IReadOnlyDictionary<VersionId, VersionResponse> versions)
    {
        if (!versions.TryGetValue(id, out var version))
        {
            throw new InvalidOperationException($"A camera of {device} should run {id}, which is not registered.");
        }

        var variant = named ?? version.Card.Variants[0].Name;
        string[] needed = [Targets.Card(id), .. version.Card.Variants.Select(v => v.Name).Where(v => variant == VariantNames.Auto || v == variant).Select(v => Targets.Variant(id, v))];
        var files = version.Files.Where(f => needed.Contains(f.Path, StringComparer.Ordinal) || f.Path == Targets.GoldenClip(id)).ToList();
        return needed.Length > 1 && needed.All(path => files.Exists(f => f.Path == path))
            ? new DesiredVersion(id, variant, files)
            : throw new InvalidOperationException($"{id} has no file for its variant {variant}.");
    }
}
