using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fleet.Agent;

/// <summary>Section <c>Fleet:Agent</c>. Read once at start. The generated binder cannot set what is init-only.</summary>
internal sealed class AgentOptions
{
    /// <summary>Folder of everything the agent keeps.</summary>
    [Required]
    public string Data { get; set; } = "/var/lib/fleet-agent";

    /// <summary>The twin's program, for <c>twin:</c> cameras.</summary>
    [Required]
    public string TwinCommand { get; set; } = "fleet-twin";

    /// <summary>The ffmpeg program, for network cameras.</summary>
    [Required]
    public string FfmpegCommand { get; set; } = "ffmpeg";

    /// <summary>The agent's own program, which it starts to prepare engines in a child.</summary>
    [Required]
    public string PrepareCommand { get; set; } = Path.Combine(AppContext.BaseDirectory, "fleet-agent");

    /// <summary>The directive is asked for so often, whatever MQTT says.</summary>
    [Range(0.2, 3600)]
    public double PullSeconds { get; set; } = 30;

    /// <summary>A camera that gives no frame for so long is opened anew.</summary>
    [Range(1, 600)]
    public double StallSeconds { get; set; } = 10;

    /// <summary>A camera has so long for its first frame.</summary>
    [Range(1, 600)]
    public double FirstFrameSeconds { get; set; } = 60;

    /// <summary>Disk that is never used, bytes.</summary>
    [Range(0, long.MaxValue)]
    public long DiskMarginBytes { get; set; } = 64L << 20;

    /// <summary>From this temperature on, °C, load is shed.</summary>
    [Range(30, 150)]
    public double HotC { get; set; } = 85;

    /// <summary>With less free memory than this, bytes, load is shed.</summary>
    [Range(0, long.MaxValue)]
    public long LeastMemoryBytes { get; set; } = 128L << 20;
}

[OptionsValidator]
internal sealed partial class AgentOptionsValidator : IValidateOptions<AgentOptions>;
