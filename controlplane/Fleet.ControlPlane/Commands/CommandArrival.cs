using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Commands;

/// <summary>Takes what a device sends for a command. The same again changes nothing.</summary>
internal sealed class CommandArrival(FleetStore store, CommandEnds ends, ChangeFeed changes, TimeProvider time)
{
    public async Task TakeAsync(DeviceId device, CommandId id, CommandKind kind, byte[] bytes, FrameMessage? frame, CancellationToken cancellationToken)
    {
        var row = await store.Set<CommandRow>().SingleOrDefaultAsync(c => c.Device == device && c.Id == id && c.Kind == kind, cancellationToken)
            ?? throw new ProblemException(Problems.CommandUnknown, $"{device} was given no command {id} of this kind.");
        if (row.State == CommandState.Done)
        {
            return;
        }

        if (!row.IsOpen)
        {
            throw new ProblemException(Problems.CommandConflict, $"The command {id} has ended: {row.State}.");
        }

        if (frame is not null && frame.Camera != row.Camera)
        {
            throw new ProblemException(Problems.RequestInvalid, $"The command asks for camera {row.Camera}, the form names {frame.Camera}.");
        }

        (row.Frame, row.SizeBytes) = (frame, bytes.LongLength);
        row.End(CommandState.Done, time.GetUtcNow());
        store.Add(new CommandFileRow { Sequence = row.Sequence, Bytes = bytes });
        await store.SaveChangesAsync(cancellationToken);
        await ends.WriteAsync(row, cancellationToken);
        changes.Publish("device", device.ToString());
    }
}
