using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Fleet.Contracts;
using Microsoft.Win32.SafeHandles;

namespace Fleet.Agent.Cameras;

/// <summary>Hears a line of a child's standard error, UTF-8, without its end. There are several for each frame: no string is made of them here.</summary>
internal delegate void HearLine(ReadOnlySpan<byte> line);

/// <summary>A child process that writes frames to its standard output. It is killed with its owner; when the agent itself is killed, the child ends at its next write into the broken pipe.</summary>
internal sealed partial class FrameChild : IAsyncDisposable
{
    private const int LongestLine = 16 << 10;
    private const int SetPipeSize = 1031;
    private const int PipeBytes = 1 << 20;
    private readonly Process _process;
    private readonly Task _listening;

    private FrameChild(Process process, string input, HearLine line, Action silent)
    {
        _process = process;
        Output = process.StandardOutput.BaseStream;
        Widen(Output);
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
    public static FrameChild Start(string command, IReadOnlyList<string> arguments, string input, (HearLine Line, Action Silent) hear, string remedy)
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

    private async Task TalkAsync(string input, HearLine line, Action silent)
    {
        try
        {
            await using (var to = _process.StandardInput)
            {
                await to.WriteAsync(input);
            }

            await ListenAsync(_process.StandardError.BaseStream, line);
        }
        catch (IOException e)
        {
            line(System.Text.Encoding.UTF8.GetBytes($"[error] {e.Message}"));
        }
        finally
        {
            silent();
        }
    }

    private static async Task ListenAsync(Stream from, HearLine line)
    {
        var buffer = new byte[LongestLine];
        for (var held = 0; ;)
        {
            var read = await from.ReadAsync(buffer.AsMemory(held));
            if (read == 0)
            {
                return;
            }

            held = Split(buffer, held + read, line);
            // a line that fills all of it is cut
            held = held == buffer.Length ? 0 : held;
        }
    }

    /// <returns>Bytes of the line that has no end yet; they are moved to the front.</returns>
    private static int Split(byte[] buffer, int length, HearLine line)
    {
        var rest = buffer.AsSpan(0, length);
        for (int end; (end = rest.IndexOfAny((byte)'\n', (byte)'\r')) >= 0; rest = rest[(end + 1)..])
        {
            if (end > 0)
            {
                line(rest[..end]);
            }
        }

        rest.CopyTo(buffer);
        return rest.Length;
    }

    /// <summary>A frame should pass in one go: with the usual 64 KiB, child and agent wake each other a dozen times for each. Where the system says no, it stays as it is.</summary>
    private static void Widen(Stream output)
    {
        if (output is PipeStream pipe)
        {
            _ = Fcntl(pipe.SafePipeHandle, SetPipeSize, PipeBytes);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(SafePipeHandle pipe, int command, int argument);
}
