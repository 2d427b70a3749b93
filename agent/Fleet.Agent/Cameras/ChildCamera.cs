using System.ComponentModel;
using System.Diagnostics;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Cameras;

/// <summary>Reads the next frame from a child's output; false at its end.</summary>
internal delegate ValueTask<bool> ReadFrame(Frame frame, CancellationToken cancellationToken);

/// <summary>A child process that writes frames to its standard output. It is killed with the camera; when the agent itself is killed, the child ends at its next write into the broken pipe.</summary>
internal sealed class ChildCamera : ICamera
{
    private readonly Process _process;
    private readonly Func<Stream, CancellationToken, Task<ReadFrame>> _startAsync;
    private readonly Func<string, string> _clean;
    private ReadFrame? _read;
    private string _lastError = "";

    private ChildCamera(Process process, Func<Stream, CancellationToken, Task<ReadFrame>> startAsync, Func<string, string> clean)
    {
        (_process, _startAsync, _clean) = (process, startAsync, clean);
        _process.ErrorDataReceived += (_, line) => _lastError = string.IsNullOrWhiteSpace(line.Data) ? _lastError : line.Data;
        _process.BeginErrorReadLine();
    }

    public bool IsLive => true;

    public double? FramesPerSecond => null;

    /// <param name="command">Program; one that ends in .dll is run by dotnet.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="startAsync">Makes the reader of its output.</param>
    /// <param name="clean">Takes secrets out of what the child says.</param>
    /// <param name="remedy">What to do when the program cannot be started.</param>
    /// <exception cref="ProblemException"><see cref="Problems.CameraFailed"/>: it cannot be started.</exception>
    public static ChildCamera Start(string command, IReadOnlyList<string> arguments, Func<Stream, CancellationToken, Task<ReadFrame>> startAsync, Func<string, string> clean, string remedy)
    {
        var isLibrary = command.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isLibrary ? "dotnet" : command, isLibrary ? [command, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        try
        {
            return new ChildCamera(Process.Start(start)!, startAsync, clean);
        }
        catch (Win32Exception e)
        {
            throw new ProblemException(Problems.CameraFailed, $"The program '{command}' cannot be started. {remedy}", e);
        }
    }

    public async Task<bool> ReadAsync(Frame frame, CancellationToken cancellationToken)
    {
        try
        {
            _read ??= await _startAsync(_process.StandardOutput.BaseStream, cancellationToken);
            if (await _read(frame, cancellationToken))
            {
                return true;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw await FailureAsync(e, cancellationToken);
        }

        throw await FailureAsync(cause: null, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>A live source has no end: what it said last tells why it ended.</summary>
    private async Task<ProblemException> FailureAsync(Exception? cause, CancellationToken cancellationToken)
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(cancellationToken);
        var said = _lastError.Length > 0 ? _clean(_lastError) : $"it ended with status {_process.ExitCode} and without a word";
        return new ProblemException(Problems.CameraFailed, $"The stream ended: {(said.Length <= 300 ? said : said[..300])}", cause);
    }
}
