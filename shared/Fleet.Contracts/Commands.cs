using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>What a device can be told to do once.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandKind>))]
public enum CommandKind
{
    /// <summary>Send the next frame of a camera, with what is found on it.</summary>
    Snapshot,

    /// <summary>Send the agent's log of a time span, at most the newest <see cref="CommandLimits.LogBytes"/> of it, without secrets.</summary>
    Logs,

    /// <summary>Start the agent again.</summary>
    Restart,

    /// <summary>Keep frames of a camera, evenly over a time, whatever they show: samples with the trigger <see cref="TriggerNames.Request"/>.</summary>
    Collect,
}

/// <summary>How far a command is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandState>))]
public enum CommandState
{
    /// <summary>The device has not taken it yet.</summary>
    Waiting,

    /// <summary>The device is at it.</summary>
    Running,

    /// <summary>The good end.</summary>
    Done,

    /// <summary>The device does not do it, or not all of it; the problem says why.</summary>
    Refused,

    /// <summary>Nothing was heard of its end in time.</summary>
    TimedOut,
}

/// <summary>Bounds of commands.</summary>
public static class CommandLimits
{
    /// <summary>So many may wait on one device.</summary>
    public const int Open = 8;

    /// <summary>So many of a device are remembered.</summary>
    public const int Kept = 50;

    /// <summary>Most frames that one command collects.</summary>
    public const int Frames = 500;

    /// <summary>Longest log that is sent, bytes.</summary>
    public const int LogBytes = 256 << 10;

    /// <summary>Largest snapshot, bytes of JPEG.</summary>
    public const int PictureBytes = 4 << 20;

    /// <summary>A snapshot is scaled down to this width, px.</summary>
    public const int PictureWidthPx = 1920;
}

/// <summary>A command as a directive carries it: signed with all the rest, and done at most once.</summary>
/// <param name="Id">Its identity; the device remembers it as long as a directive names it.</param>
/// <param name="Kind">What to do.</param>
/// <param name="ExpiresAt">Neither begun nor gone on with after this.</param>
/// <param name="Camera">Of which camera; null where the kind needs none.</param>
/// <param name="Frames">How many frames to collect.</param>
/// <param name="Minutes">Within how many minutes from its beginning.</param>
/// <param name="From">Begin of the log's time span.</param>
/// <param name="Until">Its end.</param>
public sealed record DesiredCommand(
    CommandId Id,
    CommandKind Kind,
    DateTimeOffset ExpiresAt,
    CameraId? Camera = null,
    int? Frames = null,
    double? Minutes = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null);

/// <summary>How far a device is with a command.</summary>
/// <param name="Id">Which.</param>
/// <param name="State">How far.</param>
/// <param name="Frames">Frames it kept for it.</param>
/// <param name="Problem">Why it was refused; null otherwise.</param>
public sealed record ReportedCommand(CommandId Id, CommandState State, int Frames, ReportedProblem? Problem);

/// <summary>Gives a device a command.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Camera">Of which camera: for a snapshot and for collecting.</param>
/// <param name="Frames">How many frames to collect, 1 to <see cref="CommandLimits.Frames"/>.</param>
/// <param name="Minutes">Within how many minutes they are collected, 0.05 to 1440.</param>
/// <param name="From">Begin of the log's time span; null for an hour before its end.</param>
/// <param name="Until">End of the log's time span; null for now.</param>
/// <param name="TimeoutSeconds">The device has so long to take it, and to do it where it takes no time of its own; 5 to 86400.</param>
public sealed record CommandRequest(
    CommandKind Kind,
    CameraId? Camera = null,
    [property: Range(1, CommandLimits.Frames)] int? Frames = null,
    [property: Range(0.05, 1440)] double? Minutes = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null,
    [property: Range(5, 86_400)] double TimeoutSeconds = 60);

/// <summary>A command as the control plane knows it.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Device">Whom it is for.</param>
/// <param name="Kind">What to do.</param>
/// <param name="State">How far.</param>
/// <param name="By">Who gave it.</param>
/// <param name="At">When.</param>
/// <param name="ExpiresAt">When it times out.</param>
/// <param name="EndedAt">When it ended; null before.</param>
/// <param name="Camera">Of which camera.</param>
/// <param name="Frames">How many frames to collect.</param>
/// <param name="Minutes">Within how many minutes.</param>
/// <param name="From">Begin of the log's time span.</param>
/// <param name="Until">Its end.</param>
/// <param name="Collected">Frames that were kept so far.</param>
/// <param name="Problem">Why it was refused; null otherwise.</param>
/// <param name="Frame">What the device said of the snapshot, detections included; null before it is there.</param>
/// <param name="SizeBytes">Length of the snapshot or log that came; null before one did.</param>
public sealed record CommandResponse(
    CommandId Id,
    DeviceId Device,
    CommandKind Kind,
    CommandState State,
    string By,
    DateTimeOffset At,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? EndedAt,
    CameraId? Camera,
    int? Frames,
    double? Minutes,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    int Collected,
    ReportedProblem? Problem,
    FrameMessage? Frame,
    long? SizeBytes)
{
    /// <summary>Nothing more comes.</summary>
    [JsonIgnore]
    public bool HasEnded => State > CommandState.Running;
}
