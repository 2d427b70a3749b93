using System.ComponentModel;
using System.Diagnostics;
using Fleet.Inference;

namespace Fleet.Agent.Doctor;

/// <summary>Decoders and execution providers.</summary>
internal static class ToolsCheck
{
    private static readonly string[] Codecs = ["h264", "hevc", "mjpeg"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<Finding> FfmpegAsync(string command, TimeProvider time, CancellationToken cancellationToken)
    {
        const string Install = "Install it (Debian: apt install ffmpeg), or set Fleet:Agent:FfmpegCommand. Without it no rtsp:// and http:// camera opens.";
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, ["-hide_banner", "-decoders"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            using var limit = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var said = await process.StandardOutput.ReadToEndAsync(both.Token);
            var missing = Codecs.Where(c => !said.Contains($" {c} ", StringComparison.Ordinal)).ToList();
            return missing.Count == 0 ? Finding.Ok("codec", $"{command} decodes {string.Join(", ", Codecs)}")
                : Finding.Fail("codec", $"{command} cannot decode {string.Join(", ", missing)}", "Install a whole ffmpeg (Debian: apt install ffmpeg).");
        }
        catch (Win32Exception e)
        {
            return Finding.Fail("codec", $"{command} cannot be started ({e.Message})", Install);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Fail("codec", $"{command} does not answer", Install);
        }
    }

    public static IEnumerable<Finding> Libraries()
    {
        var refusal = OpenCv();
        yield return refusal is null ? Finding.Ok("opencv", $"OpenCV {OpenCvSharp.Cv2.GetVersionString()} loads")
            : Finding.Fail("opencv", $"OpenCV's library does not load ({refusal})", "Install what it names (Debian: apt install libgtk-3-0), or unpack the agent anew.");
        var rungs = ProviderLadder.Probe(new InferenceOptions());
        var best = rungs.FirstOrDefault(r => r.Refusal is null);
        var others = string.Join(" ", rungs.Where(r => r.Refusal is not null).Select(r => r.ToString()));
        yield return best is null
            ? Finding.Fail("providers", others, "Unpack the agent anew: not even the processor can be used.")
            : Finding.Ok("providers", others.Length == 0 ? $"{best.Name} is used" : $"{best.Name} is used ({others})");
    }

    private static string? OpenCv()
    {
        try
        {
            _ = OpenCvSharp.Cv2.GetVersionString();
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            return e.GetBaseException().Message;
        }
    }
}
