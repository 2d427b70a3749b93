using System.Security.Cryptography;
using Fleet.Contracts;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Broker;
using Fleet.ControlPlane.Commands;
using Fleet.ControlPlane.DevicePolicies;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Platform.Trust;
using Fleet.ControlPlane.Registry;
using Fleet.Trust;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Directives;

/// <summary>Signs a new directive for every device whose wanted state changed or whose directive grows old; stores it, then sends it.</summary>
internal sealed class DirectiveReconciler(
    IDbContextFactory<FleetStore> stores, DirectiveParts parts, ServerTrust trust, DeviceBus bus, ChangeFeed changes, TimeProvider time) : IReconciler
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(72);
    private static readonly TimeSpan Renewal = TimeSpan.FromHours(24);

    // what a device says of itself must not use the numbers up
    private const long MostBelieved = 1L << 52;

    public string Name => "directives";

    public TimeSpan Period => TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var devices = await store.Set<DeviceRow>().AsNoTracking().Where(d => !d.Revoked).Include(d => d.Cameras).ToListAsync(cancellationToken);
        var directives = await store.Set<DirectiveRow>().ToDictionaryAsync(d => d.Device, cancellationToken);
        var versions = await VersionsAsync(devices, cancellationToken);
        var policies = await FleetPolicies.BookAsync(store, cancellationToken);
        var commands = await parts.Commands.OpenAsync(cancellationToken);
        var failed = new List<string>();
        foreach (var device in devices)
        {
            try
            {
                await BringUpToDateAsync(store, device, directives.GetValueOrDefault(device.Id), DesiredComposer.Compose(trust.Tenant, device, policies.Of(device).Policy, versions), [.. commands[device.Id]], cancellationToken);
            }
            catch (Exception e) when (e is InvalidOperationException or DbUpdateException)
            {
                failed.Add($"{device.Id}: {e.Message}");
            }
        }

        return failed;
    }

    private async Task<Dictionary<VersionId, VersionResponse>> VersionsAsync(List<DeviceRow> devices, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<VersionId, VersionResponse>();
        foreach (var id in devices.SelectMany(d => d.Cameras).SelectMany(c => new[] { c.Version, c.Beside?.Version }).OfType<VersionId>().Distinct())
        {
            if (await parts.Catalogue.FindAsync(id, cancellationToken) is { } version)
            {
                versions.Add(id, version);
            }
        }

        return versions;
    }

    private async Task BringUpToDateAsync(
        FleetStore store, DeviceRow device, DirectiveRow? newest, Desired wanted, List<CommandRow> commands, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var content = DesiredComposer.Content(wanted);
        var lastCommand = commands.Count > 0 ? commands[^1].Sequence : 0;
        var seen = Seen(device);
        if (newest is not null && newest.Content == content && lastCommand <= newest.LastCommand && now - newest.IssuedAt < Renewal && seen <= newest.Generation
            && DirectiveSigner.Names(newest.Envelope, trust.Releases.Director.Public.KeyId))
        {
            return;
        }

        if (newest is null)
        {
            newest = new DirectiveRow { Device = device.Id };
            store.Add(newest);
        }

        if (seen > newest.Generation)
        {
            await TellAsync(device.Id, seen, newest.Generation, cancellationToken);
            newest.Generation = seen;
        }

        Sign(newest, wanted with { Commands = commands.Count > 0 ? [.. commands.Select(c => c.Desired())] : null }, now);
        (newest.Content, newest.LastCommand) = (content, Math.Max(newest.LastCommand, lastCommand));
        await store.SaveChangesAsync(cancellationToken);
        await bus.SendAsync(device.Id, Topics.Desired(device.Id), newest.Envelope);
        changes.Publish("device", device.Id.ToString());
    }

    /// <summary>A device that has seen a later directive than is in the store refuses all up to that: the store was put back from a copy, and goes on behind it.</summary>
    private static long Seen(DeviceRow device) => device.Reported?.SeenGeneration is > 0 and < MostBelieved and var seen ? seen : 0;

    /// <summary>What was rolled out after the copy was made is undone on the device, so a person has to know.</summary>
    private Task TellAsync(DeviceId device, long seen, long known, CancellationToken cancellationToken) => parts.Audit.WriteAsync(
        "control plane", "went on behind a store that was put back", $"{device} saw directive {seen}; {known} is the newest here", StatusCodes.Status200OK, from: "", cancellationToken);

    private void Sign(DirectiveRow row, Desired wanted, DateTimeOffset now)
    {
        row.Generation++;
        row.IssuedAt = now;
        row.Envelope = DirectiveSigner.Sign(
            wanted with
            {
                Generation = row.Generation,
                IssuedAt = now,
                ExpiresAt = now + Life,
                Nonce = RandomNumberGenerator.GetHexString(32, lowercase: true),
            },
            trust.Releases.Director);
    }
}

/// <summary>What a directive is composed of besides the device's row.</summary>
internal sealed record DirectiveParts(VersionCatalogue Catalogue, CommandLedger Commands, AuditLog Audit);
