using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Devices;

/// <summary>Commands for people.</summary>
internal static class CommandWords
{
    public static Word Of(CommandResponse command) => command.State switch
    {
        CommandState.Waiting => new("Waits for the device", Tone.Busy),
        CommandState.Running => new("Under way", Tone.Busy),
        CommandState.Done => new("Done", Tone.Good),
        CommandState.Refused => new("Refused", Tone.Bad),
        _ => new("Timed out", Tone.Warn, "Nothing was heard of its end in time."),
    };

    public static string Text(CommandResponse command) => command.Kind switch
    {
        CommandKind.Snapshot => $"Snapshot of {command.Camera}",
        CommandKind.Logs => "Log",
        CommandKind.Restart => "Restart",
        _ => $"Samples of {command.Camera}",
    };
}
