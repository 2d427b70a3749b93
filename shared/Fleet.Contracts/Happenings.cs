using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>What a happening is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HappeningKind>))]
public enum HappeningKind
{
    /// <summary>It came or went.</summary>
    Connection,

    /// <summary>A camera of it.</summary>
    Camera,

    /// <summary>A version on it.</summary>
    Version,

    /// <summary>A problem it reports.</summary>
    Problem,

    /// <summary>Somebody changed what it should be.</summary>
    Person,
}

/// <summary>Something that happened to a device.</summary>
/// <param name="At">When the control plane saw it.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Good">True for something that came right, false for something that went wrong, null for neither.</param>
/// <param name="Sentence">What happened, in one sentence.</param>
public sealed record Happening(DateTimeOffset At, HappeningKind Kind, bool? Good, string Sentence);
