namespace Fleet.Contracts;

/// <summary>What a camera did of late, as the control plane remembers it: in memory, so it begins anew when that starts.</summary>
/// <param name="EverySeconds">Points lie at least so far apart.</param>
/// <param name="Points">The newest, oldest first; empty before two messages of one run of the agent were heard.</param>
public sealed record CameraHistory(int EverySeconds, IReadOnlyList<CameraPoint> Points);

/// <summary>A camera between two messages of its device.</summary>
/// <param name="At">When the later one came, by the control plane's clock.</param>
/// <param name="Received">Frames a second that the source gave.</param>
/// <param name="Completed">Frames a second whose detections were published.</param>
/// <param name="Skipped">Frames a second that were not inferred, whatever the reason.</param>
/// <param name="LatencyP95Ms">So long 95 of 100 frames took at most from capture to detections, ms; null where none was completed. Beyond the histogram's last bound it is that bound.</param>
/// <param name="Objects">Objects found on a completed frame, on average; null where none was completed.</param>
/// <param name="Drift">The largest gap to the version's reference, 0 to 1; null where the device does not say.</param>
public sealed record CameraPoint(DateTimeOffset At, double Received, double Completed, double Skipped, double? LatencyP95Ms, double? Objects, double? Drift);
