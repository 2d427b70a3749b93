using System.Diagnostics;
using Fleet.Agent.State;
using Fleet.Agent.Status;
using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Agent.Tests.Faults;

/// <summary>The real program on a disk of its own of a few MiB: a tmpfs that only its own mount namespace has, looked at through /proc.</summary>
internal sealed class SmallBox : IDisposable
{
    private const string Script = """
        set -e
        mkdir -p "$1"
        mount -t tmpfs -o size=12m fleet "$1"
        cp -a "$0/." "$1"
        exec "$2" run --data "$1" --Fleet:Agent:PrepareCommand="$3" --Fleet:Agent:PullSeconds=0.2 --Fleet:Agent:DiskMarginBytes=0 --Logging:LogLevel:Default="$4"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly AgentPaths _paths;
    private readonly string _prepareFills;

    private SmallBox(Process process, AgentPaths paths, string prepareFills) => (_process, _paths, _prepareFills) = (process, paths, prepareFills);

    private string Ballast => Path.Combine(_paths.Data, "ballast");

    

    /// <summary>Whether the next preparing child finds the disk full.</summary>
    public bool FillsBeforePreparing
    {
        set
        {
            File.Delete(_prepareFills);
            if (value)
            {
                File.WriteAllText(_prepareFills, "");
            }
        }
    }

    public static SmallBox Start(TestAgent agent)
    {
        var (data, mount) = (agent.Paths.Data, agent.Paths.Data + ".small");
        var (program, prepare, fills) = (Repository.Program("agent/Fleet.Agent", "fleet-agent"), agent.Paths.Data + ".prepare.sh", agent.Paths.Data + ".fill");
        File.WriteAllText(prepare, $"#!/bin/sh\n[ -e '{fills}' ] && cat /dev/zero >'{mount}/ballast' 2>/dev/null\nexec '{program}' \"$@\"\n");
        File.SetUnixFileMode(prepare, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string[] alone = Environment.IsPrivilegedProcess ? ["-m"] : ["-rm"];
        var process = Process.Start(new ProcessStartInfo("unshare", [.. alone, "sh", "-c", Script, data, mount, program, prepare, Environment.GetEnvironmentVariable("FLEET_TEST_LOG") ?? "None"]))!;
        return new SmallBox(process, AgentPaths.Of($"/proc/{process.Id}/root{mount}"), fills);
    }

    /// <summary>Uses the disk up, to the last page.</summary>
    public void Fill()
    {
        try
        {
            using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            var page = new byte[4096];
            while (true)
            {
                ballast.Write(page);
            }
        }
        catch (IOException)
        {
            // that was the last
        }
    }

    public void Free() => File.Delete(Ballast);

    /// <summary>What it runs and how many frames that completed; null while nobody answers.</summary>
    public async Task<(VersionId? Version, long Completed)> ServesAsync()
    {
        Assert.False(_process.HasExited, "the agent ended");
        try
        {
            var (_, status) = await StatusCommand.AskAsync(_paths, TimeProvider.System, TestContext.Current.CancellationToken);
            return (status.Reported.Cameras.SingleOrDefault()?.Version, status.Telemetry.Cameras.Sum(c => c.Completed));
        }
        catch (UsageException)
        {
            return (null, 0);
        }
    }

    /// <summary>Waits until <paramref name="version"/> completes further frames.</summary>
    public async Task ServesOnAsync(VersionId version)
    {
        var before = (await ServesAsync()).Completed;
        await Eventually.Is(async () => await ServesAsync() is var (now, completed) && now == version && completed > before, Patience, $"{version} completes frames");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
