using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fleet.Agent;

/// <summary>Section <c>Fleet:Agent</c>. Read once at start.</summary>
internal sealed class AgentOptions
{
    /// <summary>Folder of everything the agent keeps.</summary>
    [Required]
    public string Data { get; init; } = "/var/lib/fleet-agent";

    /// <summary>The twin's program, for <c>twin:</c> cameras.</summary>
    [Required]
    public string TwinCommand { get; init; } = "fleet-twin";

    /// <summary>The ffmpeg program, for network cameras.</summary>
    [Required]
    public string FfmpegCommand { get; init; } = "ffmpeg";

    /// <summary>The directive is asked for so often, whatever MQTT says.</summary>
    [Range(0.2, 3600)]
    public double PullSeconds { get; init; } = 30;

    /// <summary>A camera that gives no frame for so long is opened anew.</summary>
    [Range(1, 600)]
    public double StallSeconds { get; init; } = 10;

    /// <summary>A camera has so long for its first frame.</summary>
    [Range(1, 600)]
    public double FirstFrameSeconds { get; init; } = 60;

    /// <summary>Disk that is never used, bytes.</summary>
    [Range(0, long.MaxValue)]
    public long DiskMarginBytes { get; init; } = 64L << 20;
}

[OptionsValidator]
internal sealed partial class AgentOptionsValidator : IValidateOptions<AgentOptions>;
