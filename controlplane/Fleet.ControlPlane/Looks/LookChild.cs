using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Looks;

/// <summary>A version that looks at frames in a process of its own: a network that takes all memory or crashes takes that process down and nothing else.</summary>
internal sealed class LookChild : IAsyncDisposable
{
    public const long MaxBytes = 3L << 30;
    public static readonly TimeSpan FrameLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Watched = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ErrorsWait = TimeSpan.FromSeconds(2);
    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly Task<string> _errors;

    private LookChild(Process process, TimeProvider time)
    {
        (_process, _time) = (process, time);
        _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Starts it and waits until the network is loaded.</summary>
    /// <exception cref="ProblemException">The version cannot be run here, with why.</exception>
    public static async Task<LookChild> StartAsync(LookJob job, TimeProvider time, CancellationToken cancellationToken)
    {
        var child = new LookChild(Start(), time);
        try
        {
            await child.AskAsync(JsonSerializer.Serialize(job, LookJson.Default.LookJob), cancellationToken);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Looks at one picture.</summary>
    /// <exception cref="ProblemException">The network failed, took too long or took too much memory, or the file is no picture.</exception>
    public async Task<IReadOnlyList<Detection>> LookAsync(string path, CancellationToken cancellationToken) => (await AskAsync(path, cancellationToken)).Found ?? [];

    /// <summary>Describes one picture, where the job names no version.</summary>
    /// <exception cref="ProblemException">The file is no picture, or it takes too long or too much memory.</exception>
    public async Task<byte[]> DescribeAsync(string path, CancellationToken cancellationToken) => (await AskAsync(path, cancellationToken)).Likeness ?? [];

    /// <summary>Cuts one picture and makes it small, where the job says how.</summary>
    /// <exception cref="ProblemException">The file is no picture, or it takes too long or too much memory.</exception>
    public async Task<byte[]> ShrinkAsync(string path, CancellationToken cancellationToken) => (await AskAsync(path, cancellationToken)).Small ?? [];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static Process Start()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "fleet-controlplane");
        try
        {
            var process = Process.Start(new ProcessStartInfo(program, [LookProgram.Command]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
            return process;
        }
        catch (Win32Exception e)
        {
            throw new ProblemException(Problems.EngineFailed, $"{program}, which runs versions beside this server, does not start: {e.Message}", e);
        }
    }

    private async Task<LookLine> AskAsync(string line, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(end.Token);
        try
        {
            var answer = AnswerAsync(line, end.Token);
            if (await Task.WhenAny(answer, watch) == watch && !answer.IsCompleted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new ProblemException(Problems.EngineBudget, await watch ?? "It was ended.");
            }

            var said = await answer;
            return said.Problem is { } problem ? throw new ProblemException(Problems.Find(problem.Code), problem.Detail) : said;
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private async Task<LookLine> AnswerAsync(string line, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // it ended: what it said last tells why
        }

        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } text)
        {
            // a line that is not ours is a native library's
            if (text.StartsWith('{'))
            {
                return JsonSerializer.Deserialize(text, LookJson.Default.LookLine)!;
            }
        }

        var errors = await Task.WhenAny(_errors, Task.Delay(ErrorsWait, _time, cancellationToken)) == _errors ? await _errors : "";
        throw new ProblemException(Problems.EngineFailed, $"The process that ran the version ended by itself{(errors.Split('\n').FirstOrDefault(l => l.Trim().Length > 0) is { } why ? $": {why.Trim()}" : ".")}");
    }

    /// <returns>Why it has to end; null when it was not to be watched any longer.</returns>
    private async Task<string?> WatchAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(Watched, _time, cancellationToken);
                _process.Refresh();
                if (_time.GetElapsedTime(began) > FrameLimit)
                {
                    return $"The version took longer than {FrameLimit.TotalSeconds} s for one frame.";
                }

                if (!_process.HasExited && _process.WorkingSet64 > MaxBytes)
                {
                    return $"The version takes more than {MaxBytes >> 30} GiB of memory, and is not run here.";
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
