using System.Text.Json;
using System.Text.Json.Nodes;
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
        var (root, targets) = await RefreshAsync(client, keyPath, isServerDoubted: false, cancellationToken);
        var signed = Publisher.Add(root, targets, version, registered.Files, key, TimeProvider.System);
        if (!ReferenceEquals(signed, targets))
        {
            await client.Trust.PublishTargetsAsync(signed, cancellationToken);
        }

        return await client.Versions.GetAsync(version, cancellationToken);
    }

    /// <summary>The approver's part: looks whether what waits is the version and nothing else, and adds a signature.</summary>
    public static async Task<VersionResponse> ApproveAsync(FleetClient client, VersionId version, string keyPath, CancellationToken cancellationToken)
    {
        using var key = SigningKey.Load(keyPath);
        var registered = await client.Versions.GetAsync(version, cancellationToken);
        var (root, targets) = await RefreshAsync(client, keyPath, isServerDoubted: false, cancellationToken);
        var draft = await client.Trust.DraftAsync(cancellationToken)
            ?? throw new ProblemException(Problems.RequestInvalid, $"No release waits for a signature; {version} is {registered.State}.");
        await client.Trust.PublishTargetsAsync(Publisher.Approve(root, targets, draft, registered.Files, key, TimeProvider.System), cancellationToken);
        return await client.Versions.GetAsync(version, cancellationToken);
    }

    /// <summary>Signs that devices install nothing of the model that is older than <paramref name="version"/>; where another publisher signed that already and two must, adds a signature.</summary>
    /// <returns>Whether it is in force.</returns>
    public static async Task<bool> RaiseFloorAsync(FleetClient client, VersionId version, string keyPath, CancellationToken cancellationToken)
    {
        using var key = SigningKey.Load(keyPath);
        var (root, targets) = await RefreshAsync(client, keyPath, isServerDoubted: false, cancellationToken);
        var signed = await client.Trust.DraftAsync(cancellationToken) is { } draft
            ? Publisher.ApproveFloor(root, targets, draft, version, key, TimeProvider.System)
            : Publisher.RaiseFloor(root, targets, version, key, TimeProvider.System);
        if (!ReferenceEquals(signed, targets))
        {
            await client.Trust.PublishTargetsAsync(signed, cancellationToken);
        }

        return await client.Trust.DraftAsync(cancellationToken) is null;
    }

    /// <summary>Changes who may sign, and hands it in where the keys at hand suffice.</summary>
    /// <param name="client">Of the control plane.</param>
    /// <param name="change">What changes; null goes on with what <paramref name="file"/> holds.</param>
    /// <param name="keyPaths">Keys at hand, at least one; the root.json of the first start lies beside the first.</param>
    /// <param name="file">Where a change that lacks signatures is kept, to be carried to the others.</param>
    /// <param name="cancellationToken">Ends it; nothing was handed in.</param>
    /// <returns>Who may sign from now on; null where signatures lack and <paramref name="file"/> holds the change.</returns>
    public static async Task<SigningRoles?> ChangeKeysAsync(FleetClient client, KeyChange? change, IReadOnlyList<string> keyPaths, string? file, CancellationToken cancellationToken)
    {
        var keys = new List<SigningKey>();
        try
        {
            keys.AddRange(keyPaths.Select(SigningKey.Load));
            var (root, targets) = await RefreshAsync(client, keyPaths[0], isServerDoubted: true, cancellationToken);
            var signed = change is null
                ? Ceremony.Sign(root, targets, await ReadAsync(file!, cancellationToken), keys, TimeProvider.System)
                : Ceremony.Begin(root, targets, change, keys, TimeProvider.System);
            if (!IsEnough(root, signed, isCarried: file is not null))
            {
                await File.WriteAllBytesAsync(file!, JsonSerializer.SerializeToUtf8Bytes(new RootRequest(signed.Root, signed.Targets), FleetJson.Strict.RootRequest), cancellationToken);
                return null;
            }

            await client.Trust.PublishRootAsync(new RootRequest(signed.Root, signed.Targets), cancellationToken);
            return SigningRoles.Read(signed.Root, signed.Targets ?? targets, draft: null);
        }
        finally
        {
            keys.ForEach(k => k.Dispose());
        }
    }

    /// <summary>The keys that the server offers in place of its own.</summary>
    public static async Task<OnlinePublicKeys> NextOnlineKeysAsync(FleetClient client, CancellationToken cancellationToken)
    {
        var next = await client.Trust.NextOnlineKeysAsync(cancellationToken);
        return new OnlinePublicKeys(PublicKey.FromPem(next.Snapshot), PublicKey.FromPem(next.Timestamp), PublicKey.FromPem(next.Director));
    }

    private static bool IsEnough(byte[] root, SignedKeys signed, bool isCarried)
    {
        try
        {
            Ceremony.RequireEnough(root, signed);
            return true;
        }
        catch (ProblemException e) when (isCarried && e.Kind == Problems.TrustSignature)
        {
            return false;
        }
    }

    private static async Task<SignedKeys> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file, cancellationToken), FleetJson.Strict.RootRequest) is { } begun
                ? new SignedKeys(begun.Root, begun.Targets)
                : throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.TrustMalformed, $"{file} is no change of keys that ./fleet release rotate --out began: {e.Message}", e);
        }
    }

    /// <summary>Who may sign, as the root beside <paramref name="keyPath"/> leads to it.</summary>
    public static async Task<SigningRoles> RolesAsync(FleetClient client, string keyPath, CancellationToken cancellationToken)
    {
        var (root, targets) = await RefreshAsync(client, keyPath, isServerDoubted: false, cancellationToken);
        return SigningRoles.Read(root, targets, await client.Trust.DraftAsync(cancellationToken));
    }

    /// <param name="client">Of the control plane.</param>
    /// <param name="keyPath">The root.json of the first start lies beside it.</param>
    /// <param name="isServerDoubted">A thief of the server's own keys may have driven up what it says is current, or it was put back from a copy: then the list of the root that is in force is taken as it is, if publishers signed it and it is no older than one that was seen.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The verified root and targets.</returns>
    private static async Task<(byte[] Root, byte[] Targets)> RefreshAsync(FleetClient client, string keyPath, bool isServerDoubted, CancellationToken cancellationToken)
    {
        var home = Path.GetDirectoryName(Path.GetFullPath(keyPath))!;
        var pinned = Path.Combine(home, "root.json");
        if (!File.Exists(pinned))
        {
            throw new FileNotFoundException($"{pinned} is missing: the publisher's key is kept together with the root.json that the first start made.");
        }

        var folder = Path.Combine(home, "trust");
        TufClient.Trust(folder, await File.ReadAllBytesAsync(pinned, cancellationToken));
        try
        {
            await new TufClient(folder, (file, _, token) => FetchAsync(client, file, token), TimeProvider.System).RefreshAsync(cancellationToken);
            return (await File.ReadAllBytesAsync(Path.Combine(folder, "root.json"), cancellationToken), await File.ReadAllBytesAsync(Path.Combine(folder, "targets.json"), cancellationToken));
        }
        catch (ProblemException e) when (isServerDoubted && (e.Kind == Problems.TrustRollback || e.Kind == Problems.TrustExpired))
        {
            return (await File.ReadAllBytesAsync(Path.Combine(folder, "root.json"), cancellationToken), await NewestListAsync(client, folder, cancellationToken));
        }
    }

    private static async Task<byte[]> NewestListAsync(FleetClient client, string folder, CancellationToken cancellationToken)
    {
        var snapshot = await NamedAsync(client, "timestamp.json", "snapshot.json", cancellationToken);
        var number = await NamedAsync(client, $"{snapshot}.snapshot.json", "targets.json", cancellationToken);
        var seen = Path.Combine(folder, "targets.json");
        var known = File.Exists(seen) ? JsonNode.Parse(await File.ReadAllBytesAsync(seen, cancellationToken))!["signed"]!["version"]!.GetValue<long>() : 0;
        return number >= known
            ? await client.Trust.GetAsync($"{number}.targets.json", cancellationToken)
            : throw new ProblemException(Problems.TrustRollback, $"The server has version {number} of the released files, and version {known} was seen before. Put back a newer copy of its trust folder first.");
    }

    private static async Task<long> NamedAsync(FleetClient client, string file, string named, CancellationToken cancellationToken) =>
        JsonNode.Parse(await client.Trust.GetAsync(file, cancellationToken))?["signed"]?["meta"]?[named]?["version"]?.GetValue<long>()
            ?? throw new ProblemException(Problems.TrustMalformed, $"The server's {file} names no {named}.");

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
