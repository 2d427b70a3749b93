using Fleet.Contracts;
using Fleet.Vision;
using OpenCvSharp;

namespace Fleet.Agent.Cameras;

/// <summary>The pictures of a folder in the order of their names. One that cannot be read is passed over, its number with it.</summary>
internal sealed class FolderCamera : ICamera
{
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".bmp"];
    private readonly string[] _files;
    private int _next;

    private FolderCamera(string[] files) => _files = files;

    public bool IsLive => false;

    public double? FramesPerSecond => null;

    /// <exception cref="ProblemException"><see cref="Problems.CameraFailed"/>: no picture in it.</exception>
    public static FolderCamera Open(string folder)
    {
        var files = Directory.EnumerateFiles(folder)
            .Where(f => Endings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToArray();
        return files.Length > 0 ? new FolderCamera(files)
            : throw new ProblemException(Problems.CameraFailed, $"The folder {folder} holds no picture. Put .jpg or .png files into it.");
    }

    public Task<bool> ReadAsync(Frame frame, CancellationToken cancellationToken) => Task.Run(() => Read(frame, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Read(Frame frame, CancellationToken cancellationToken)
    {
        while (_next < _files.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var index = _next++;
            using var picture = File.Exists(_files[index]) ? Cv2.ImDecode(File.ReadAllBytes(_files[index]), ImreadModes.Color) : null;
            if (picture?.Empty() == false)
            {
                Pictures.Copy(picture, frame);
                frame.Index = index;
                return true;
            }
        }

        return false;
    }
}
