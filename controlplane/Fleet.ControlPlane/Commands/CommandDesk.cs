using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Commands;

/// <summary>Takes commands from people; they reach the device in its next directive.</summary>
internal sealed class CommandDesk(FleetStore store, DeviceDirectory devices, ChangeFeed changes, Wake<DirectiveReconciler> directives, TimeProvider time)
{
    private static readonly TimeSpan LongestLog = TimeSpan.FromDays(31);

    public async Task<CommandRow> GiveAsync(DeviceId device, CommandRequest request, string by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = CommandRules.Read(await devices.FindAsync(device, cancellationToken), request, now);
        (row.Id, row.By, row.At) = (CommandId.New(time), by, now);
        if (row.Until - row.From is { } span && (span <= TimeSpan.Zero || span > LongestLog))
        {
            throw new ProblemException(Problems.RequestInvalid, $"The time span from {row.From:u} until {row.Until:u} cannot be asked for: wanted a begin before the end, at most {LongestLog.TotalDays:0} days.");
        }

        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var known = await store.Set<CommandRow>().Where(c => c.Device == device).OrderByDescending(c => c.Sequence).ToListAsync(cancellationToken);
        if (known.Count(c => c.IsOpen) >= CommandLimits.Open)
        {
            throw new ProblemException(Problems.CommandConflict, $"{CommandLimits.Open} commands wait on {device}; wait until one has ended.");
        }

        store.RemoveRange(known.Where(c => !c.IsOpen).Skip(CommandLimits.Kept - 1));
        store.Add(row);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish("device", device.ToString());
        directives.Now();
        return row;
    }

    public Task<List<CommandRow>> ListAsync(DeviceId device, long? before, int take, CancellationToken cancellationToken) =>
        store.Set<CommandRow>().AsNoTracking().Where(c => c.Device == device && (before == null || c.Sequence < before))
            .OrderByDescending(c => c.Sequence).Take(take).ToListAsync(cancellationToken);

    public async Task<CommandRow> FindAsync(DeviceId device, CommandId id, CancellationToken cancellationToken) =>
        await store.Set<CommandRow>().AsNoTracking().SingleOrDefaultAsync(c => c.Device == device && c.Id == id, cancellationToken)
        ?? throw new ProblemException(Problems.CommandUnknown, $"{device} has no command {id}; its newest {CommandLimits.Kept} are kept.");

    /// <summary>What the device sent for it.</summary>
    public async Task<byte[]> FileAsync(DeviceId device, CommandId id, CommandKind kind, CancellationToken cancellationToken)
    {
        var row = await FindAsync(device, id, cancellationToken);
        var file = row.Kind == kind ? await store.Set<CommandFileRow>().AsNoTracking().SingleOrDefaultAsync(f => f.Sequence == row.Sequence, cancellationToken) : null;
        return file?.Bytes ?? throw new ProblemException(Problems.CommandUnknown, $"The command {id} has brought no {(kind == CommandKind.Logs ? "log" : "picture")}: it is {row.Kind.ToString().ToLowerInvariant()}, {row.State.ToString().ToLowerInvariant()}.");
    }
}
