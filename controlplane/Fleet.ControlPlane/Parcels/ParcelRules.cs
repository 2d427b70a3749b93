using Fleet.Contracts;
using Fleet.Onnx.Parcels;

namespace Fleet.ControlPlane.Parcels;

/// <summary>Between which files there are parcels.</summary>
internal static class ParcelRules
{
    /// <summary>What saves less is not worth the unpacking.</summary>
    private const double MaxShare = 0.95;

    public static bool IsOf(TargetFile file, VersionId version) => file.Path.StartsWith($"models/{version.Model}/{version.Number}/", StringComparison.Ordinal);

    /// <summary>The same file of another version of the same model: other pairs have little in common, and there would be too many of them.</summary>
    public static bool IsKin(TargetFile held, TargetFile wanted) =>
        held.SizeBytes <= Parcel.MaxFileBytes && (Folder(held), Path.GetFileName(held.Path)) == (Folder(wanted), Path.GetFileName(wanted.Path));

    public static bool IsWorthIt(long parcelBytes, long fileBytes) => parcelBytes <= MaxShare * fileBytes;

    private static string? Folder(TargetFile file) => Path.GetDirectoryName(Path.GetDirectoryName(file.Path));
}
