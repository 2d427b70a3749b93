using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>What a camera's picture is held against.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DriftReference>))]
public enum DriftReference
{
    /// <summary>The version's golden clip: frames of the twin that it learned from.</summary>
    GoldenClip,

    /// <summary>The first frames of this version on this camera, because it has no golden clip.</summary>
    FirstFrames,
}

/// <summary>How far what a camera shows under a version lies from its reference. Each gap is a distance of two distributions, 0 for the same to 1 for nothing in common.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Version">The version.</param>
/// <param name="Reference">What it is held against.</param>
/// <param name="ReferenceFrames">Frames of the reference; it is used once there are enough.</param>
/// <param name="Frames">Newest frames that are held against it.</param>
/// <param name="Scores">Gap of the scores of what was found.</param>
/// <param name="Counts">Gap of the number of objects on a frame.</param>
/// <param name="Brightness">Gap of how bright pictures are.</param>
/// <param name="Sharpness">Gap of how sharp they are.</param>
/// <param name="Picture">Gap of what they look like: edges, colour and light.</param>
/// <param name="AlarmSince">Since when the largest gap was above the policy's alarm without having fallen below its end; null without alarm.</param>
public sealed record DriftState(
    CameraId Camera,
    VersionId Version,
    DriftReference Reference,
    long ReferenceFrames,
    long Frames,
    double Scores,
    double Counts,
    double Brightness,
    double Sharpness,
    double Picture,
    DateTimeOffset? AlarmSince)
{
    /// <summary>The largest of the five.</summary>
    [JsonIgnore]
    public double Gap => Math.Max(Math.Max(Math.Max(Scores, Counts), Math.Max(Brightness, Sharpness)), Picture);

    /// <summary>Whether the picture itself differs more than what is found on it.</summary>
    [JsonIgnore]
    public bool IsPicture => Math.Max(Math.Max(Brightness, Sharpness), Picture) >= Math.Max(Scores, Counts);
}

/// <summary>A camera's drift, with what to do about it.</summary>
/// <param name="Device">The device.</param>
/// <param name="State">As the device says it.</param>
/// <param name="Gap">The largest gap.</param>
/// <param name="Advice">What to do, one sentence.</param>
/// <param name="At">When the device said it.</param>
public sealed record DriftResponse(DeviceId Device, DriftState State, double Gap, string Advice, DateTimeOffset At);
