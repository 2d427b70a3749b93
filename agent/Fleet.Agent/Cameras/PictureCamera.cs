using Fleet.Contracts;
using Fleet.Vision;
using OpenCvSharp;

namespace Fleet.Agent.Cameras;

/// <summary>Pictures of a folder or pattern, one after the other. One that cannot be read is counted and passed over, its number with it.</summary>
internal sealed class PictureCamera : ICamera
{
    private readonly string[] _files;
    private readonly ToneMap _tones = new();
    private int _next;
    private long _broken;

    private PictureCamera(string[] files) => _files = files;

    public bool IsLive => false;

    public double? FramesPerSecond => null;

    public SourceLosses Losses => new(Rate: 0, _broken);

    /// <exception cref="ProblemException"><see cref="Problems.CameraFailed"/>: no picture there.</exception>
    public static PictureCamera Open(string path) => PictureFiles.Of(path) is { Length: > 0 } files ? new PictureCamera(files)
        : throw new ProblemException(
            Problems.CameraFailed,
            Directory.Exists(path) ? $"The folder {path} holds no picture. Put .jpg, .png, .bmp or .tif files into it." : $"No picture is named like {path}. Check folder and pattern.");

    public Task<bool> ReadAsync(Frame frame, CancellationToken cancellationToken) => Task.Run(() => Read(frame, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Read(Frame frame, CancellationToken cancellationToken)
    {
        while (_next < _files.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var index = _next++;
            // a series may lose files while it is read
            using var picture = File.Exists(_files[index]) ? Cv2.ImDecode(File.ReadAllBytes(_files[index]), ImreadModes.AnyDepth | ImreadModes.Color) : null;
            if (picture?.Empty() == false && Math.Max(picture.Width, picture.Height) <= Frame.MaxSidePx)
            {
                using var shown = _tones.ToEightBits(picture);
                Pictures.Copy(shown, frame);
                frame.Index = index;
                return true;
            }

            _broken++;
        }

        return false;
    }
}
