using Fleet.Contracts;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Cameras;

/// <summary>Opens a source.</summary>
internal sealed class CameraOpener(IOptions<AgentOptions> options)
{
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
        CameraSource.Network network => NetworkCamera.Start(options.Value.FfmpegCommand, network, camera.Fps, network.StallSeconds ?? options.Value.StallSeconds),
        CameraSource.Twin twin => TwinCamera.Start(options.Value.TwinCommand, twin, camera.Fps, resumeAt),
        CameraSource.Video4Linux device => VideoCamera.OpenDevice(device.Path),
        CameraSource.Files { Path: var path } when File.Exists(path) => PictureFiles.IsPicture(path) ? PictureCamera.Open(path) : VideoCamera.OpenFile(path),
        CameraSource.Files { Path: var path } when Directory.Exists(path) || PictureFiles.IsPattern(path) => PictureCamera.Open(path),
        _ => throw new ProblemException(Problems.CameraFailed, $"There is no file or folder {camera.Source} on this device. Copy it there, or name another source."),
    };
}
