using Fleet.Contracts;

namespace Fleet.ControlPlane.Registry;

/// <summary>What other slices may know of versions.</summary>
internal sealed class VersionCatalogue
{
    /// <summary>The version with its card and files, or null when there is none.</summary>
    public Task<VersionResponse?> FindAsync(VersionId id, CancellationToken cancellationToken) => throw new NotImplementedException();
}
