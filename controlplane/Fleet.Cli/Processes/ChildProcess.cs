using System.Diagnostics;

namespace Fleet.Cli.Processes;

/// <summary>A program that this one started: its output goes to a log file, and it never outlives us, not even our own <c>kill -9</c>.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Lock _logLock = new();
    private readonly List<string> _tail = [];
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    private event Action<string>? Line;

    private ChildProcess(string name, Process process, string logPath)
    {
        Name = name;
        LogPath = logPath;
        _process = process;
        _log = new StreamWriter(logPath, append: true) { AutoFlush = true };
    }

    public string Name { get; }

    public string LogPath { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts <paramref name="program"/>.</summary>
    /// <param name="name">Shown to people and names the log.</param>
    /// <param name="program">Path of the executable.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="logFolder">Where <c>NAME.log</c> goes.</param>
    /// <param name="onLine">Sees every line of its output and errors.</param>
    /// <param name="onOutput">Sees every line of its output alone.</param>
    /// <param name="at">The folder that it works in; ours where none is named.</param>
    public static ChildProcess Start(string name, string program, IEnumerable<string> arguments, string logFolder, Action<string>? onLine = null, Action<string>? onOutput = null, string at = "")
    {
        // setpriv lets the kernel end the child when the starting thread ends; that thread lives as long as we do
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "--", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = at,
        };
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildProcess(name, process, Path.Combine(logFolder, name + ".log"));
        child.Line += onLine;
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is not null)
            {
                onOutput?.Invoke(e.Data);
            }

            child.OnLine(e.Data, endsOutput: true);
        };
        process.ErrorDataReceived += (_, e) => child.OnLine(e.Data, endsOutput: false);
        StarterThread.Run(() => process.Start());
        // a child that waits for input must not wait for ours
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="ChildFailedException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(
        string name, string program, IEnumerable<string> arguments, string logFolder, Action<string>? onLine, CancellationToken cancellationToken)
    {
        var output = new System.Text.StringBuilder();
        await using var child = Start(name, program, arguments, logFolder, onLine, line => output.AppendLine(line));
        await child.WaitAsync(cancellationToken);
        return child.ExitCode == 0 ? output.ToString() : throw child.Failure();
    }

    /// <summary>Waits for the first line of output that <paramref name="read"/> makes something of.</summary>
    /// <exception cref="ChildFailedException">It ended before, or took longer than <paramref name="within"/>.</exception>
    public async Task<T> WaitForAsync<T>(Func<string, T?> read, TimeSpan within, CancellationToken cancellationToken) where T : class
    {
        var found = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(string line)
        {
            if (read(line) is { } value)
            {
                found.TrySetResult(value);
            }
        }

        Line += Look;
        try
        {
            foreach (var line in Tail())
            {
                Look(line);
            }

            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var first = await Task.WhenAny(found.Task, _process.WaitForExitAsync(ended.Token), Task.Delay(within, TimeProvider.System, ended.Token));
            await ended.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return first == found.Task || found.Task.IsCompletedSuccessfully ? await found.Task : throw Failure();
        }
        finally
        {
            Line -= Look;
        }
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _outputEnded.Task.WaitAsync(cancellationToken);
    }

    /// <summary>SIGKILL, as a power cut would have it.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM, then SIGKILL after ten seconds.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited)
        {
            return;
        }

        // SIGTERM is not something Process can send
        using (var term = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await term.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public ChildFailedException Failure()
    {
        var state = _process.HasExited ? $"ended with code {_process.ExitCode}" : "did not get ready";
        return new ChildFailedException($"{Name} {state}. {string.Join(" | ", Tail().TakeLast(3))} (all of it: {LogPath})");
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await StopAsync();
        _process.Dispose();
        lock (_logLock)
        {
            _log.Dispose();
        }
    }

    private string[] Tail()
    {
        lock (_logLock)
        {
            return [.. _tail];
        }
    }

    private void OnLine(string? line, bool endsOutput)
    {
        if (line is null)
        {
            if (endsOutput)
            {
                _outputEnded.TrySetResult();
            }

            return;
        }

        lock (_logLock)
        {
            _log.WriteLine(line);
            _tail.Add(line);
            if (_tail.Count > 200)
            {
                _tail.RemoveAt(0);
            }
        }

        Line?.Invoke(line);
    }
}

/// <summary>A program we started failed; the message has its last words and where its log is.</summary>
internal sealed class ChildFailedException(string message) : Exception(message);
