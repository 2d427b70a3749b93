using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>What one run of the demo measured; every value was measured in that run.</summary>
internal sealed class DemoReport
{
    public bool Ok { get; set; }

    /// <summary>Why it is not ok; null when it is.</summary>
    public string? Failure { get; set; }

    public int FramesRendered { get; set; }

    public double FramesRenderedPerSecond { get; set; }

    public int TrainingSteps { get; set; }

    public long SamplesGathered { get; set; }

    public long SamplesLabelled { get; set; }

    public long SamplesUsed { get; set; }

    public long FramesLost { get; set; }

    public double Seconds { get; set; }

    public List<Turn> Turns { get; } = [];

    /// <summary>Accuracy on labelled photos that were given as cameras.</summary>
    public List<PhotoAccuracy> Photos { get; } = [];

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, DemoJson.Default.DemoReport));
}

/// <summary>One turn of the loop: a version reaches the devices, what it misses comes home, and the next one learns from it.</summary>
internal sealed class Turn
{
    public required VersionId Version { get; init; }

    public required Digest Digest { get; init; }

    /// <summary>AP@.5 on held-out frames of the site of the version in service before; 0 when none was.</summary>
    [JsonPropertyName("map50_before")]
    public double? Map50Before { get; set; }

    /// <summary>AP@.5 on the same frames of this version; null where no ground truth is at hand.</summary>
    [JsonPropertyName("map50_after")]
    public double? Map50After { get; set; }

    public int TrainingSteps { get; set; }

    public double TrainingSeconds { get; set; }

    public long SamplesGathered { get; set; }

    public long SamplesLabelled { get; set; }

    public double RolloutSeconds { get; set; }

    public long FramesLost { get; set; }

    public List<DeviceTurn> Devices { get; } = [];
}

/// <summary>What a version cost one camera.</summary>
/// <param name="Device">The device.</param>
/// <param name="Camera">Its camera.</param>
/// <param name="BytesSent">Bytes the device fetched for the version.</param>
/// <param name="PromoteToFirstFrameMs">From the decision to switch to the version's first completed frame.</param>
/// <param name="FramesLost">Frames neither version completed because of the switch.</param>
/// <param name="FramesCompleted">Frames the version had completed when the rollout finished.</param>
internal sealed record DeviceTurn(DeviceId Device, CameraId Camera, long BytesSent, double? PromoteToFirstFrameMs, long FramesLost, long FramesCompleted);

/// <summary>Accuracy of a version on a folder of labelled photos.</summary>
/// <param name="Version">The version.</param>
/// <param name="Folder">The photos.</param>
/// <param name="Images">How many.</param>
/// <param name="Ap50">AP@.5.</param>
/// <param name="Ap75">AP@.75.</param>
internal sealed record PhotoAccuracy(VersionId Version, string Folder, int Images, double Ap50, double Ap75);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class DemoJson : JsonSerializerContext;
