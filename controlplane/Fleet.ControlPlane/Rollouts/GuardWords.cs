using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>A guard's name in a sentence.</summary>
internal static class GuardWords
{
    public static string Of(GuardKind kind) => kind switch
    {
        GuardKind.Frames => "frames",
        GuardKind.LatencyP95Ms => "latency",
        GuardKind.LatencyP95Ratio => "latency against the version before",
        GuardKind.FramesKept => "frames kept",
        GuardKind.ErrorRate => "error rate",
        GuardKind.DetectionBand => "detections against the version before",
        GuardKind.TemperatureC => "temperature",
        GuardKind.ShadowAgreement => "agreement in the shadow",
        _ => kind.ToString(),
    };
}
