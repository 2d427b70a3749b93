using Fleet.Client;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Cli.Commands;

/// <summary>The publisher's part: sign a registered version into the release repository. The key never leaves this machine.</summary>
internal static class Releasing
{
    public static async Task<VersionResponse> SignAsync(FleetClient client, VersionId version, string keyPath, CancellationToken cancellationToken)
    {
        var registered = await client.Versions.GetAsync(version, cancellationToken);
        using var key = SigningKey.Load(keyPath);
        var root = await client.Trust.GetAsync("root.json", cancellationToken);
        var targets = await client.Trust.GetAsync("targets.json", cancellationToken);
        var signed = Publisher.Add(root, targets, version, registered.Files, key, TimeProvider.System);
        if (!signed.AsSpan().SequenceEqual(targets))
        {
            await client.Trust.PublishTargetsAsync(signed, cancellationToken);
        }

        return await client.Versions.GetAsync(version, cancellationToken);
    }
}
