using System.Globalization;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Cameras;

/// <summary>Opens a source.</summary>
internal sealed class CameraOpener(IOptions<AgentOptions> options)
{
    private const double TwinFps = 5;

    /// <param name="camera">What to open.</param>
    /// <param name="resumeAt">The frame after the last one seen, for a source that can go on where it was.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException"><see cref="Problems.CameraSource"/> or <see cref="Problems.CameraFailed"/>.</exception>
    public Task<ICamera> OpenAsync(DesiredCamera camera, long resumeAt, CancellationToken cancellationToken)
    {
        var source = CameraSource.Parse(camera.Source);
        return Task.Run(() => Open(source, camera, resumeAt), cancellationToken);
    }

    private ICamera Open(CameraSource source, DesiredCamera camera, long resumeAt) => source switch
    {
        CameraSource.Network network => OpenNetwork(network.Url),
        CameraSource.Twin twin => OpenTwin(twin, camera.Fps, resumeAt),
        CameraSource.Video4Linux device => VideoCamera.OpenDevice(device.Path),
        CameraSource.Files { Path: var path } when Directory.Exists(path) => FolderCamera.Open(path),
        CameraSource.Files { Path: var path } when File.Exists(path) => VideoCamera.OpenFile(path),
        _ => throw new ProblemException(Problems.CameraFailed, $"There is no file or folder {camera.Source} on this device. Copy it there, or name another source."),
    };

    private ChildCamera OpenTwin(CameraSource.Twin twin, double? fps, long resumeAt)
    {
        var arguments = (string[])
        [
            "stream", twin.Scene,
            "--seed", twin.Seed.ToString(CultureInfo.InvariantCulture),
            "--fps", (twin.Fps ?? fps ?? TwinFps).ToString(CultureInfo.InvariantCulture),
            "--start", Math.Max(twin.Start, resumeAt).ToString(CultureInfo.InvariantCulture),
        ];
        return ChildCamera.Start(options.Value.TwinCommand, arguments, StartAsync, said => said, "Set Fleet:Agent:TwinCommand to the path of fleet-twin.");

        static async Task<ReadFrame> StartAsync(Stream stream, CancellationToken cancellationToken) =>
            (await RawFrameReader.StartAsync(stream, cancellationToken)).ReadAsync;
    }

    private ChildCamera OpenNetwork(string url)
    {
        var limit = (options.Value.StallSeconds * 1e6).ToString("0", CultureInfo.InvariantCulture);
        var before = url.StartsWith("rtsp", StringComparison.OrdinalIgnoreCase)
            ? (string[])["-rtsp_transport", "tcp", "-timeout", limit]
            : ["-rw_timeout", limit];
        var arguments = (string[])["-nostdin", "-loglevel", "error", .. before, "-i", url, "-an", "-sn", "-fps_mode", "passthrough", "-f", "image2pipe", "-c:v", "bmp", "-pix_fmt", "bgr24", "-"];
        return ChildCamera.Start(
            options.Value.FfmpegCommand,
            arguments,
            (stream, _) => Task.FromResult<ReadFrame>(new BmpFrameReader(stream).ReadAsync),
            said => said.Replace(url, CameraSource.Shown(url), StringComparison.Ordinal),
            "Install ffmpeg, or set Fleet:Agent:FfmpegCommand to its path.");
    }
}
