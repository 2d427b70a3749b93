using Fleet.Contracts;
using Fleet.Vision;
using OpenCvSharp;

namespace Fleet.Agent.Cameras;

/// <summary>A video file or a V4L2 device through OpenCV.</summary>
internal sealed class VideoCamera : ICamera
{
    /// <summary>A file that claims more has no times in it, and some unit in their place.</summary>
    private const double HighestFps = 480;

    private readonly VideoCapture _capture;
    private readonly string _path;
    private readonly Mat _picture = new();
    private Task<bool> _reading = Task.FromResult(true);
    private long _next;

    private VideoCamera(VideoCapture capture, string path, bool isLive) => (_capture, _path, IsLive) = (capture, path, isLive);

    public bool IsLive { get; }

    public double? FramesPerSecond => !IsLive && _capture.Fps is > 0 and <= HighestFps and var fps ? fps : null;

    /// <exception cref="ProblemException"><see cref="Problems.CameraFailed"/>.</exception>
    public static VideoCamera OpenFile(string path) => Open(path, VideoCaptureAPIs.FFMPEG, isLive: false, "no video that can be decoded (wanted is AVI, MP4, MKV or MJPEG)");

    /// <exception cref="ProblemException"><see cref="Problems.CameraFailed"/>.</exception>
    public static VideoCamera OpenDevice(string path) => File.Exists(path)
        ? Open(path, VideoCaptureAPIs.V4L2, isLive: true, "no V4L2 camera that can be read, or another program holds it")
        : throw new ProblemException(Problems.CameraFailed, $"There is no device {path}. Plug the camera in, or name another one (v4l2-ctl --list-devices shows them).");

    public Task<bool> ReadAsync(Frame frame, CancellationToken cancellationToken) => _reading = Task.Run(() => Read(frame), cancellationToken);

    /// <summary>Waits for a read that is under way: OpenCV does not survive being closed in the middle of one.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAny(_reading);
        _capture.Dispose();
        _picture.Dispose();
    }

    private static VideoCamera Open(string path, VideoCaptureAPIs api, bool isLive, string otherwise)
    {
        var capture = new VideoCapture(path, api);
        if (capture.IsOpened())
        {
            return new VideoCamera(capture, path, isLive);
        }

        capture.Dispose();
        throw new ProblemException(Problems.CameraFailed, $"{path} is {otherwise}.");
    }

    private bool Read(Frame frame)
    {
        if (!_capture.Read(_picture) || _picture.Empty())
        {
            // a file has an end; a device that gives nothing was unplugged or hangs
            return IsLive ? throw new ProblemException(Problems.CameraFailed, $"{_path} stopped giving frames. Is it still plugged in?") : false;
        }

        Pictures.Copy(_picture, frame);
        frame.Index = _next++;
        return true;
    }
}
