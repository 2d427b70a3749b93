using System.ComponentModel;
using System.Diagnostics;
using Fleet.Contracts;

namespace Fleet.Agent.Cameras;

/// <summary>A child process that writes frames to its standard output. It is killed with its owner; when the agent itself is killed, the child ends at its next write into the broken pipe.</summary>
internal sealed class FrameChild : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _listening;

    private FrameChild(Process process, string input, Action<string> line, Action silent)
    {
        _process = process;
        Output = process.StandardOutput.BaseStream;
        _listening = TalkAsync(input, line, silent);
    }

    /// <summary>What it writes.</summary>
    public Stream Output { get; }

    /// <param name="command">Program; one that ends in .dll is run by dotnet.</param>
    /// <param name="arguments">Its arguments: everyone on this computer can read them.</param>
    /// <param name="input">What it is told; nobody else can read that.</param>
    /// <param name="line">Hears each line of its standard error.</param>
    /// <param name="silent">Called when no more lines come.</param>
    /// <param name="remedy">What to do when the program cannot be started.</param>
    /// <exception cref="ProblemException"><see cref="Problems.CameraFailed"/>: it cannot be started.</exception>
    public static FrameChild Start(string command, IReadOnlyList<string> arguments, string input, (Action<string> Line, Action Silent) hear, string remedy)
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
            return new FrameChild(Process.Start(start)!, input, hear.Line, hear.Silent);
        }
        catch (Win32Exception e)
        {
            throw new ProblemException(Problems.CameraFailed, $"The program '{command}' cannot be started. {remedy}", e);
        }
    }

    /// <summary>Kills it and waits until all it said was heard.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> EndAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        await _listening;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        // the process object closes none of the streams that were used directly
        await Output.DisposeAsync();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    private async Task TalkAsync(string input, Action<string> line, Action silent)
    {
        try
        {
            await using (var to = _process.StandardInput)
            {
                await to.WriteAsync(input);
            }

            while (await _process.StandardError.ReadLineAsync() is { } said)
            {
                line(said);
            }
        }
        catch (IOException e)
        {
            line($"[error] {e.Message}");
        }
        finally
        {
            silent();
        }
    }
}
