using System.Globalization;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Cameras;

/// <summary>A live render by a child process.</summary>
internal sealed class TwinCamera : ICamera
{
    private const double UsualFps = 5;
    private readonly FrameChild _child;
    private string _said = "";
    private RawFrameReader? _reader;

    private TwinCamera(string command, string[] arguments) => _child = FrameChild.Start(
        command, arguments, input: "", (line => _said = System.Text.Encoding.UTF8.GetString(line), () => { }), "Set Fleet:Agent:TwinCommand to the path of fleet-twin.");

    public bool IsLive => true;

    public double? FramesPerSecond => null;

    /// <exception cref="ProblemException"><see cref="Problems.CameraFailed"/>: the program cannot be started.</exception>
    public static TwinCamera Start(string command, CameraSource.Twin twin, double? fps, long resumeAt) => new(command,
    [
        "stream", twin.Scene,
        "--seed", twin.Seed.ToString(CultureInfo.InvariantCulture),
        "--fps", (twin.Fps ?? fps ?? UsualFps).ToString(CultureInfo.InvariantCulture),
        "--start", Math.Max(twin.Start, resumeAt).ToString(CultureInfo.InvariantCulture),
    ]);

    public async Task<bool> ReadAsync(Frame frame, CancellationToken cancellationToken)
    {
        Exception? cause = null;
        try
        {
            _reader ??= await RawFrameReader.StartAsync(_child.Output, cancellationToken);
            if (await _reader.ReadAsync(frame, cancellationToken))
            {
                return true;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            cause = e;
        }

        var status = await _child.EndAsync();
        throw new ProblemException(Problems.CameraFailed, $"The render ended: {(_said.Length > 0 ? _said : $"status {status} and not a word")}", cause);
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
