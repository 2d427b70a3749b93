using Fleet.Contracts;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Commands;

/// <summary>Reads from devices' reports how far their commands are, and ends those that nothing is heard of.</summary>
internal sealed class CommandReconciler(IDbContextFactory<FleetStore> stores, LiveDevices live, CommandEnds ends, ChangeFeed changes, TimeProvider time) : IReconciler
{
    /// <summary>A device that just kept the limit needs a moment to say so.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public string Name => "commands";

    public TimeSpan Period => TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var open = await store.Set<CommandRow>().Where(c => c.State == CommandState.Waiting || c.State == CommandState.Running).ToListAsync(cancellationToken);
        foreach (var row in open)
        {
            var before = (row.State, row.Collected);
            Hear(row, live.Of(row.Device).Reported?.Commands?.FirstOrDefault(c => c.Id == row.Id));
            if (before == (row.State, row.Collected))
            {
                continue;
            }

            try
            {
                await store.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateConcurrencyException)
            {
                // its picture or log came in between: that is its end
                await store.Entry(row).ReloadAsync(cancellationToken);
                continue;
            }

            await ends.WriteAsync(row, cancellationToken);
            changes.Publish("device", row.Device.ToString());
        }

        return [];
    }

    private void Hear(CommandRow row, ReportedCommand? said)
    {
        var now = time.GetUtcNow();
        row.Collected = Math.Clamp(said?.Frames ?? 0, row.Collected, row.Frames ?? 0);
        if (said is { State: CommandState.Refused })
        {
            row.End(CommandState.Refused, now, said.Problem ?? new ReportedProblem(Problems.ServerUnexpected.Code, "The device gave no reason."));
        }
        else if (said is { State: CommandState.Done } && row.Kind is CommandKind.Restart or CommandKind.Collect)
        {
            row.End(CommandState.Done, now);
        }
        else if (now > row.ExpiresAt + Grace)
        {
            row.End(CommandState.TimedOut, now);
        }
        else if (said is not null)
        {
            row.State = CommandState.Running;
        }
    }
}

/// <summary>Writes into the audit log how commands end.</summary>
internal sealed class CommandEnds(AuditLog audit)
{
    private const int TimedOut = 504;

    public Task WriteAsync(CommandRow row, CancellationToken cancellationToken) => row.State switch
    {
        CommandState.Done => WriteAsync(row, row.Device.ToString(), StatusCodes.Status200OK, cancellationToken),
        CommandState.Refused => WriteAsync(row, row.Device.ToString(), Problems.Find(row.ProblemCode!).Status, cancellationToken),
        CommandState.TimedOut => WriteAsync(row, "fleet", TimedOut, cancellationToken),
        _ => Task.CompletedTask,
    };

    private Task WriteAsync(CommandRow row, string who, int status, CancellationToken cancellationToken) =>
        audit.WriteAsync(who, $"command {row.Kind.ToString().ToLowerInvariant()} {row.State.ToString().ToLowerInvariant()}", $"{row.Device} {row.Id}", status, from: "", cancellationToken);
}
