using System.Diagnostics;
using Fleet.Agent.State;
using Fleet.Agent.Status;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Agent.Tests.Faults;

/// <summary>The real program, which a test kills: at a random moment, or as soon as its own state file says something.</summary>
internal sealed class AgentProcess(AgentPaths paths) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private Process? _process;

    public void Start() => _process = Process.Start(new ProcessStartInfo(
        Repository.Program("agent/Fleet.Agent", "fleet-agent"),
        ["run", "--data", paths.Data, "--Fleet:Agent:PullSeconds=0.2", "--Fleet:Agent:DiskMarginBytes=0", $"--Logging:LogLevel:Default={Environment.GetEnvironmentVariable("FLEET_TEST_LOG") ?? "None"}"]));

    /// <summary>Kills it as soon as it has stored what <paramref name="isReached"/> waits for.</summary>
    /// <returns>What lies on disk afterwards.</returns>
    public async Task<AgentState> KillWhenAsync(Func<AgentState, bool> isReached)
    {
        var process = _process!;
        var reached = new TaskCompletionSource();
        void Look()
        {
            if (StateFile.Read(paths.State, out _) is { } state && isReached(state))
            {
                process.Kill();
                reached.TrySetResult();
            }
        }

        using (var watcher = new FileSystemWatcher(paths.Data, Path.GetFileName(paths.State)))
        {
            watcher.Renamed += (_, _) => Look();
            watcher.EnableRaisingEvents = true;
            Look();
            await reached.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        return await KillAsync();
    }

    /// <returns>What lies on disk afterwards.</returns>
    public async Task<AgentState> KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        _process.Dispose();
        _process = null;
        return Stored();
    }

    /// <summary>The state on disk, which has to be whole.</summary>
    public AgentState Stored()
    {
        var state = StateFile.Read(paths.State, out var isDamaged);
        Assert.False(isDamaged, "a state file is damaged");
        return state ?? throw new InvalidOperationException("No state is on the disk.");
    }

    /// <summary>Waits until it completes frames.</summary>
    /// <returns>The one version that does.</returns>
    public async Task<VersionId> ServingAsync()
    {
        VersionId? serving = null;
        await Eventually.Is(async () => (serving = await VersionAsync()) is not null, Patience, "a version completes frames");
        return serving!.Value;
    }

    /// <summary>Waits until the state on disk is so.</summary>
    public Task StoredAsync(Func<AgentState, bool> condition, string what) =>
        Eventually.Is(() => StateFile.Read(paths.State, out _) is { } state && condition(state), Patience, what);

    /// <summary>Processes that work on the data folder.</summary>
    public IReadOnlyList<int> Workers() =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           where int.TryParse(Path.GetFileName(folder), out _) && CommandOf(folder).Contains(paths.Data, StringComparison.Ordinal)
           select int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture),
    ];

    public void Dispose()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
    }

    private async Task<VersionId?> VersionAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"The agent ended by itself with {_process.ExitCode}.");
        }

        try
        {
            var (_, status) = await StatusCommand.AskAsync(paths, TimeProvider.System, TestContext.Current.CancellationToken);
            var version = status.Reported.Cameras.SingleOrDefault()?.Version;
            return status.Telemetry.Cameras.Any(c => c.Version is not null && c.Version == version && c.Completed > 0) ? version : null;
        }
        catch (UsageException)
        {
            // nobody listens yet
            return null;
        }
    }

    private static string CommandOf(string processFolder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(processFolder, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
