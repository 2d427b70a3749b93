using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Which frames a device keeps, and how much of them.</summary>
/// <remarks>Set, not init, for the reason given at <see cref="DevicePolicy"/>.</remarks>
public sealed record GatherPolicy
{
    /// <summary>Frames are weighed against each other for so many seconds before the best of them are kept, 0.1 to 3600. The first pools after a start are shorter.</summary>
    public double PoolSeconds { get; set; } = 600;

    /// <summary>Chance follows from it: the same frames and the same seed give the same choice.</summary>
    public long Seed { get; set; }

    /// <summary>What doubt is worth: boxes whose score is close to the threshold, 0 to 1. 0 switches this trigger off, as with the three that follow.</summary>
    public double UncertainWeight { get; set; } = 0.8;

    /// <summary>What a frame is worth that lacks objects which the frames before and after it have, 0 to 1.</summary>
    public double FlickerWeight { get; set; } = 0.8;

    /// <summary>What a picture is worth that resembles none that was kept, 0 to 1.</summary>
    public double NovelWeight { get; set; } = 0.6;

    /// <summary>What a number of objects out of the ordinary is worth, 0 to 1.</summary>
    public double CountWeight { get; set; } = 0.5;

    /// <summary>A picture that lies farther than this from every kept one is novel, 0.01 to 2: the distance of two pictures' embeddings.</summary>
    public double NovelDistance { get; set; } = 0.35;

    /// <summary>A number of objects so many standard deviations from the camera's usual one is out of the ordinary, 1 to 100.</summary>
    public double CountDeviations { get; set; } = 4;

    /// <summary>What all cameras together may keep in a clock hour, bytes.</summary>
    public long BytesPerHour { get; set; } = 64L << 20;

    /// <summary>What all cameras together may keep in 24 clock hours, bytes.</summary>
    public long BytesPerDay { get; set; } = 512L << 20;

    /// <summary>Largest share of the hour's bytes that one of several cameras may take, 0.01 to 1.</summary>
    public double CameraShare { get; set; } = 0.5;

    /// <summary>Largest share of a pool's choice that frames of one class take while others wait, 0.01 to 1.</summary>
    public double ClassShare { get; set; } = 0.5;

    /// <summary>A camera is held against its reference by so many of its newest frames; where a version has no golden clip, so many first frames become the reference. 100 to 1000000.</summary>
    public int DriftFrames { get; set; } = 2000;

    /// <summary>An alarm begins where the largest gap to the reference is above this, 0.01 to 1 …</summary>
    public double DriftAlarm { get; set; } = 0.5;

    /// <summary>… and ends where it is below this, 0 to <see cref="DriftAlarm"/>.</summary>
    public double DriftEnd { get; set; } = 0.35;
}

/// <summary>One reason for which a frame was kept.</summary>
/// <param name="Trigger">Which: see <see cref="FrameMessage.Trigger"/>.</param>
/// <param name="Strength">How much it holds, 0 to 1, before its weight.</param>
/// <param name="Why">What was seen, in a few words.</param>
public sealed record SampleReason(string Trigger, double Strength, string Why);

/// <summary>Names of triggers.</summary>
public static class TriggerNames
{
    /// <summary>A box close to the threshold.</summary>
    public const string Uncertain = "uncertain";

    /// <summary>It lacks an object that the frames before and after it have.</summary>
    public const string Flicker = "flicker";

    /// <summary>It resembles nothing that was kept.</summary>
    public const string Novel = "novel";

    /// <summary>A number of objects out of the ordinary.</summary>
    public const string Count = "count";

    /// <summary>Chance.</summary>
    public const string Random = "random";

    /// <summary>A version in the shadow of the one in service found something else on it.</summary>
    public const string Shadow = "shadow";

    /// <summary>An operator asked for it.</summary>
    public const string Request = "request";
}

/// <summary>How something is made unrecognisable.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RedactionKind>))]
public enum RedactionKind
{
    /// <summary>Only a few coarse, smoothed cells remain.</summary>
    Blur,

    /// <summary>Painted over with grey.</summary>
    Fill,
}

/// <summary>Something that must be unrecognisable on every picture before it is written to disk or leaves the device. Either <paramref name="Class"/> or <paramref name="Zone"/> is given.</summary>
/// <param name="Kind">How.</param>
/// <param name="Class">Objects of this class, those found below the threshold included; where no version looked at a picture, all of it is covered.</param>
/// <param name="Zone">The zone of this name, on cameras that have one.</param>
public sealed record Redaction(RedactionKind Kind, string? Class = null, string? Zone = null);

/// <summary>What gathering did since the agent started; all counters only rise.</summary>
/// <param name="Kept">Frames put into the outbox, by trigger.</param>
/// <param name="Dropped">Frames that a trigger chose and that were given up, by reason: <c>worth-less</c> (better ones took the budget), <c>alike</c> (nearly the same as a better one), <c>bytes</c> (byte budget of the hour or day), <c>disk</c> (the outbox was full).</param>
/// <param name="Sent">Samples that the control plane has acknowledged.</param>
/// <param name="SentBytes">Their bytes.</param>
/// <param name="BytesThisHour">Bytes kept in this clock hour.</param>
/// <param name="BytesThisDay">Bytes kept in the last 24 clock hours.</param>
public sealed record GatherCounters(
    IReadOnlyDictionary<string, long> Kept,
    IReadOnlyDictionary<string, long> Dropped,
    long Sent,
    long SentBytes,
    long BytesThisHour,
    long BytesThisDay);
