using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Devices;

/// <summary>What labels, policies and camera sources may be.</summary>
internal static partial class DeviceRules
{
    private const int MaxLabels = 64;
    private const int MaxRedactions = 64;
    private static readonly string[] Schemes = ["rtsp", "rtsps", "http", "https"];

    public static void CheckLabels(IReadOnlyDictionary<string, string> labels)
    {
        if (labels.Count > MaxLabels)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{labels.Count} labels were given; at most {MaxLabels} are taken.");
        }

        foreach (var (key, value) in labels)
        {
            if (!LabelKey().IsMatch(key) || !LabelValue().IsMatch(value))
            {
                throw new ProblemException(Problems.RequestInvalid, $"The label '{key}={value}' cannot be used; key and value have up to 63 of A-Z a-z 0-9 . _ / -, and begin and end with a letter or digit.");
            }
        }
    }

    public static void CheckSource(string source)
    {
        var scheme = source.IndexOf("://", StringComparison.Ordinal);
        var known = scheme > 0
            ? Schemes.Contains(source[..scheme], StringComparer.OrdinalIgnoreCase) && Uri.TryCreate(source, UriKind.Absolute, out var url) && url.Host.Length > 0
            : source.StartsWith('/') || (source.StartsWith("twin:", StringComparison.Ordinal) && source.Length > "twin:".Length);
        if (!known)
        {
            throw new ProblemException(
                Problems.CameraSource,
                $"The source '{CameraAddress.Redact(source)}' is of no known kind; wanted rtsp://…, http(s)://…, /dev/videoN, the absolute path of a video file, of a folder with images or of a pattern such as /data/f_%04d.png, or twin:SCENE.");
        }
    }

    public static void CheckPolicy(DevicePolicy policy)
    {
        Require(policy.TelemetrySeconds is >= 1 and <= 3600, "telemetrySeconds", "1 to 3600");
        Require(policy.PreviewSeconds is 0 or (>= 0.1 and <= 3600), "previewSeconds", "0 for none, or 0.1 to 3600");
        Require(policy.UncertainLow is >= 0 and <= 1 && policy.UncertainHigh is >= 0 and <= 1 && policy.UncertainLow <= policy.UncertainHigh, "uncertainLow and uncertainHigh", "0 to 1, the low one first");
        Require(policy.RandomShare is >= 0.1 and <= 1, "randomShare", "0.1 to 1: without frames chosen by chance, nothing says how a version does in the field");
        Require(policy.SamplesPerHour is >= 0 and <= 1_000_000, "samplesPerHour", "0 to 1000000");
        Require(policy.OutboxBytes is >= 0 and <= 1L << 44, "outboxBytes", "0 to 2^44");
        Require(policy.StillFps is >= 0.01 and <= 1000, "stillFps", "0.01 to 1000");
        Require(policy.WatchFrames is >= 1 and <= 1_000_000, "watchFrames", "1 to 1000000");
        Require(policy.WatchSeconds is >= 1 and <= 86_400, "watchSeconds", "1 to 86400");
        Require(policy.WatchSlowdown is >= 1 and <= 1000, "watchSlowdown", "1 to 1000");
        Require(policy.PrepareSeconds is >= 1 and <= 86_400, "prepareSeconds", "1 to 86400");
        Require(policy.PrepareMemoryBytes is >= 64L << 20 and <= 1L << 44, "prepareMemoryBytes", "2^26 to 2^44");
        Require(policy.EngineBytes is >= 0 and <= 1L << 44, "engineBytes", "0 to 2^44");
        Require(Enum.IsDefined(policy.EngineSharing), "engineSharing", "Off, Offer, Take or Both");
        Require(policy.TargetP95Ms is >= 1 and <= 60_000, "targetP95Ms", "1 to 60000");
        CheckGather(policy.Gather);
        CheckRedactions(policy.Redactions);
    }

    private static void CheckGather(GatherPolicy gather)
    {
        Require(gather.PoolSeconds is >= 0.1 and <= 3600, "gather.poolSeconds", "0.1 to 3600");
        (string Name, double Value)[] weights =
            [("uncertainWeight", gather.UncertainWeight), ("flickerWeight", gather.FlickerWeight), ("novelWeight", gather.NovelWeight), ("countWeight", gather.CountWeight)];
        foreach (var (name, value) in weights)
        {
            Require(value is >= 0 and <= 1, $"gather.{name}", "0 to 1, 0 switches the trigger off");
        }

        Require(gather.NovelDistance is >= 0.01 and <= 2, "gather.novelDistance", "0.01 to 2");
        Require(gather.CountDeviations is >= 1 and <= 100, "gather.countDeviations", "1 to 100");
        Require(gather.BytesPerHour is >= 0 and <= 1L << 44, "gather.bytesPerHour", "0 to 2^44");
        Require(gather.BytesPerDay is >= 0 and <= 1L << 44, "gather.bytesPerDay", "0 to 2^44");
        Require(gather.CameraShare is >= 0.01 and <= 1, "gather.cameraShare", "0.01 to 1");
        Require(gather.DriftFrames is >= 100 and <= 1_000_000, "gather.driftFrames", "100 to 1000000");
        Require(gather.DriftAlarm is >= 0.01 and <= 1, "gather.driftAlarm", "0.01 to 1");
        Require(gather.DriftEnd >= 0 && gather.DriftEnd <= gather.DriftAlarm, "gather.driftEnd", "0 to driftAlarm");
        Require(gather.ClassShare is >= 0.01 and <= 1, "gather.classShare", "0.01 to 1");
    }

    private static void CheckRedactions(IReadOnlyList<Redaction> redactions)
    {
        Require(redactions.Count <= MaxRedactions, "redactions", $"at most {MaxRedactions}");
        foreach (var (kind, found, zone) in redactions)
        {
            Require(Enum.IsDefined(kind) && found is null != zone is null, "redactions", "a class or a zone in each, not both");
            Require((found ?? zone)!.Length is > 0 and <= 64, "redactions", "a class or zone of 1 to 64 characters");
        }
    }

    private static void Require(bool holds, string what, string wanted)
    {
        if (!holds)
        {
            throw new ProblemException(Problems.RequestInvalid, $"The policy's {what} is out of range; wanted {wanted}.");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex LabelKey();

    [GeneratedRegex("^([A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?)?$")]
    private static partial Regex LabelValue();
}
