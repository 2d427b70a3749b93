using Fleet.Agent.Cameras;
using Fleet.Agent.State;
using Fleet.Agent.Status;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Doctor;

/// <summary>Cameras: what the daemon says of them, or, where none runs, a frame of each.</summary>
internal static class CameraCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async IAsyncEnumerable<Finding> LookAsync(AgentOptions options, AgentPaths paths, AgentStatus? status, TimeProvider time, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (status is not null)
        {
            foreach (var camera in status.Reported.Cameras)
            {
                yield return Of(camera, status.Telemetry.Sources?.FirstOrDefault(s => s.Camera == camera.Id));
            }

            yield break;
        }

        var cameras = StateFile.Read(paths.State, out _)?.Desired?.Cameras ?? [];
        if (cameras.Count == 0)
        {
            yield return Finding.Warn("cameras", "there is none", "Add one in the console, on this device's page.");
        }

        foreach (var camera in cameras)
        {
            yield return await OpenAsync(camera, options, time, cancellationToken);
        }
    }

    internal static Finding Of(ReportedCamera camera, SourceCounters? source) => camera.State switch
    {
        CameraState.Failed => Finding.Fail($"camera {camera.Id}", camera.Detail ?? "it gives no frames", "Is it on, and does its address hold? It is tried again by itself."),
        CameraState.Opening => Finding.Warn($"camera {camera.Id}", "it is being opened", "Look again in a minute."),
        _ when camera.Version is null => Finding.Warn($"camera {camera.Id}", $"{Frames(source)}; no version runs on it", camera.Detail ?? "Roll a version out to it."),
        _ => Finding.Ok($"camera {camera.Id}", $"{Frames(source)}; {camera.Version} runs on it"),
    };

    private static string Frames(SourceCounters? source) =>
        source is null ? "no frames yet" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{source.FramesPerSecond:0.0} frames a second of {source.WidthPx}x{source.HeightPx}");

    private static async Task<Finding> OpenAsync(DesiredCamera camera, AgentOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var what = $"camera {camera.Id}";
        try
        {
            await using var open = await new CameraOpener(Options.Create(options)).OpenAsync(camera, resumeAt: 0, cancellationToken);
            var frame = new Frame(1, 1, 3);
            return await open.ReadAsync(frame, cancellationToken).WaitAsync(Patience, time, cancellationToken)
                ? Finding.Ok(what, $"{CameraAddress.Redact(camera.Source)} gives frames of {frame.WidthPx}x{frame.HeightPx}")
                : Finding.Fail(what, $"{CameraAddress.Redact(camera.Source)} holds no frame", "Name another source.");
        }
        catch (ProblemException e)
        {
            return Finding.Fail(what, e.Message, "Change its source in the console, or see to the camera.");
        }
        catch (TimeoutException)
        {
            return Finding.Fail(what, $"{CameraAddress.Redact(camera.Source)} gave no frame within {Patience.TotalSeconds:0} s", "Is it on, and does its address hold?");
        }
    }
}
