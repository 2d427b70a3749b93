using Fleet.Client;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Cli.Commands;

/// <summary>
/// The publisher's part: sign a registered version into the release repository. The key never leaves this machine, and the
/// publisher believes the server as little as a device does: it follows the metadata from the <c>root.json</c> beside the key.
/// </summary>
internal static class Releasing
{
    public static async Task<VersionResponse> SignAsync(FleetClient client, VersionId version, string keyPath, CancellationToken cancellationToken)
    {
        using var key = SigningKey.Load(keyPath);
        var registered = await client.Versions.GetAsync(version, cancellationToken);
        var trust = await RefreshAsync(client, keyPath, cancellationToken);
        var root = await File.ReadAllBytesAsync(Path.Combine(trust, "root.json"), cancellationToken);
        var targets = await File.ReadAllBytesAsync(Path.Combine(trust, "targets.json"), cancellationToken);
        var signed = Publisher.Add(root, targets, version, registered.Files, key, TimeProvider.System);
        if (!ReferenceEquals(signed, targets))
        {
            await client.Trust.PublishTargetsAsync(signed, cancellationToken);
        }

        return await client.Versions.GetAsync(version, cancellationToken);
    }

    /// <returns>The folder of the verified metadata.</returns>
    private static async Task<string> RefreshAsync(FleetClient client, string keyPath, CancellationToken cancellationToken)
    {
        var home = Path.GetDirectoryName(Path.GetFullPath(keyPath))!;
        var pinned = Path.Combine(home, "root.json");
        if (!File.Exists(pinned))
        {
            throw new FileNotFoundException($"{pinned} is missing: the publisher's key is kept together with the root.json that the first start made.");
        }

        var folder = Path.Combine(home, "trust");
        TufClient.Trust(folder, await File.ReadAllBytesAsync(pinned, cancellationToken));
        await new TufClient(folder, (file, _, token) => FetchAsync(client, file, token), TimeProvider.System).RefreshAsync(cancellationToken);
        return folder;
    }

    private static async Task<byte[]?> FetchAsync(FleetClient client, string file, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Trust.GetAsync(file, cancellationToken);
        }
        catch (ProblemException e) when (e.Kind == Problems.RouteUnknown)
        {
            return null;
        }
    }
}
