using System.Collections.Concurrent;
using Fleet.Agent.Link;
using Fleet.Agent.Logs;
using Fleet.Agent.Outbox;
using Fleet.Agent.State;
using Fleet.Contracts;
using Microsoft.Extensions.Hosting;

namespace Fleet.Agent.Commands;

/// <summary>What commands act on.</summary>
internal sealed record CommandParts(DeviceApi Api, SampleKeeper Samples, LogStore Logs, IHostApplicationLifetime Life, RestartWish Restart);

/// <summary>Somebody wants the program to begin anew once it has stopped.</summary>
internal sealed class RestartWish
{
    public bool IsWanted { get; set; }
}

/// <summary>Does what the newest verified directive tells to do once: plans from what is stored, stores, acts.</summary>
internal sealed partial class CommandDesk(StateStore store, CommandParts parts, TimeProvider time, ILogger<CommandDesk> log)
{
    /// <summary>A camera that gives no frame for so long has none to show.</summary>
    private static readonly TimeSpan FrameLimit = TimeSpan.FromSeconds(15);

    private readonly string _run = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
    private readonly ConcurrentDictionary<CameraId, FrameAsks> _cameras = new();
    private readonly Dictionary<CommandId, (CameraId Camera, AskedFrames Frames)> _asked = [];
    private readonly FlooredClock _clock = new(time, store.Current.ClockFloor);

    public Signal Wake { get; } = new();

    /// <summary>What is asked of a camera; outlives a camera that is set anew.</summary>
    public FrameAsks Of(CameraId camera) => _cameras.GetOrAdd(camera, _ =>
    {
        var asks = new FrameAsks(time);
        asks.Came += Wake.Set;
        return asks;
    });

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var state = store.Current;
        _clock.Raise(state.ClockFloor);
        if (state.Desired is not { Commands: { } wanted } desired)
        {
            wanted = [];
            desired = null;
        }

        foreach (var step in CommandPlanner.Next(new CommandFacts(wanted, state.Commands, [.. desired?.Cameras.Select(c => c.Id) ?? []], _run, _clock.GetUtcNow())))
        {
            await TakeAsync(step, cancellationToken);
        }
    }

    private async Task TakeAsync(CommandStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case CommandStep.Begin(var command):
                Begun(log, command.Kind, command.Id);
                var record = new CommandRecord(command.Id, CommandState.Running, _clock.GetUtcNow()) { Run = _run };
                store.Change(s => s.With(record));
                await GoAsync(command, record, cancellationToken);
                break;
            case CommandStep.Go(var command, var known):
                await GoAsync(command, known, cancellationToken);
                break;
            case CommandStep.End(var command, var state, var problem):
                End(command, state, problem);
                break;
            case CommandStep.Forget(var id):
                StopAsking(id);
                store.Change(s => s with { Commands = [.. s.Commands.Where(c => c.Id != id)] });
                break;
        }
    }

    /// <summary>A link that is away lets the command wait; it is gone on with until it expires.</summary>
    private async Task GoAsync(DesiredCommand command, CommandRecord record, CancellationToken cancellationToken)
    {
        try
        {
            switch (command.Kind)
            {
                case CommandKind.Snapshot:
                    await SnapshotAsync(command, cancellationToken);
                    break;
                case CommandKind.Logs:
                    var text = parts.Logs.Read(command.From ?? DateTimeOffset.MinValue, command.Until ?? DateTimeOffset.MaxValue, store.Current.Desired!.Cameras, CommandLimits.LogBytes);
                    await parts.Api.PutLogAsync(command.Id, text, cancellationToken);
                    End(command, CommandState.Done, problem: null);
                    break;
                case CommandKind.Restart:
                    parts.Restart.IsWanted = true;
                    parts.Life.StopApplication();
                    break;
                default:
                    Collect(command, record);
                    break;
            }
        }
        catch (Exception e) when (Connection.IsPassing(e))
        {
            Waits(log, command.Kind, command.Id, e.Message);
        }
        catch (ProblemException e)
        {
            End(command, CommandState.Refused, new ReportedProblem(e.Kind.Code, e.Message));
        }
    }

    private async Task SnapshotAsync(DesiredCommand command, CancellationToken cancellationToken)
    {
        var asked = Ask(command, count: 1, TimeSpan.Zero, CommandLimits.PictureWidthPx);
        if (asked.Take() is { } picture)
        {
            // one that does not arrive is too old the next time
            StopAsking(command.Id);
            await parts.Api.PutSnapshotAsync(command.Id, picture.Frame, picture.Jpeg, cancellationToken);
            End(command, CommandState.Done, problem: null);
        }
        else if (_clock.GetUtcNow() - asked.OpenedAt > FrameLimit)
        {
            End(command, CommandState.Refused, new ReportedProblem(Problems.CameraFailed.Code, $"Camera {command.Camera} gave no frame within {FrameLimit.TotalSeconds:0} s."));
        }
    }

    private void Collect(DesiredCommand command, CommandRecord record)
    {
        var (wanted, length) = (command.Frames ?? 1, TimeSpan.FromMinutes(command.Minutes ?? 0));
        var left = wanted - record.Frames;
        var asked = Ask(command, left, length / wanted, int.MaxValue);
        while (left > 0 && asked.Take() is { } sample)
        {
            if (!parts.Samples.KeepAsked(sample))
            {
                End(command, CommandState.Refused, new ReportedProblem(Problems.CommandBudget.Code, $"{wanted - left} of {wanted} frames were kept, then a byte budget of the device was used up."));
                return;
            }

            left--;
            record = record with { Frames = wanted - left };
            store.Change(s => s.With(record));
        }

        if (left == 0)
        {
            End(command, CommandState.Done, problem: null);
        }
        else if (_clock.GetUtcNow() - record.BegunAt > length + FrameLimit)
        {
            End(command, CommandState.Refused, new ReportedProblem(Problems.CameraFailed.Code, $"{record.Frames} of {wanted} frames were kept: camera {command.Camera} gave no more within {command.Minutes:0.##} minutes."));
        }
    }

    private AskedFrames Ask(DesiredCommand command, int count, TimeSpan every, int maxWidthPx)
    {
        if (!_asked.TryGetValue(command.Id, out var asked))
        {
            asked = (command.Camera!.Value, Of(command.Camera.Value).Open(count, every, maxWidthPx));
            _asked[command.Id] = asked;
        }

        return asked.Frames;
    }

    private void StopAsking(CommandId id)
    {
        if (_asked.Remove(id, out var asked))
        {
            Of(asked.Camera).Close(asked.Frames);
        }
    }

    private void End(DesiredCommand command, CommandState state, ReportedProblem? problem)
    {
        StopAsking(command.Id);
        Ended(log, command.Kind, command.Id, state, problem?.Detail ?? "");
        var known = store.Current.Commands.FirstOrDefault(c => c.Id == command.Id) ?? new CommandRecord(command.Id, state, _clock.GetUtcNow());
        store.Change(s => s.With(known with { State = state, Problem = problem }));
    }

    [LoggerMessage(1700, LogLevel.Information, "Command {Kind} {Id} is begun.")]
    private static partial void Begun(ILogger log, CommandKind kind, CommandId id);

    [LoggerMessage(1701, LogLevel.Information, "Command {Kind} {Id} has ended: {State} {Why}")]
    private static partial void Ended(ILogger log, CommandKind kind, CommandId id, CommandState state, string why);

    [LoggerMessage(1702, LogLevel.Information, "Command {Kind} {Id} waits for the link: {Reason}")]
    private static partial void Waits(ILogger log, CommandKind kind, CommandId id, string reason);
}
