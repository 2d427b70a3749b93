using System.Text.Json;
using Fleet.Agent.Health;
using Fleet.Agent.State;
using Fleet.Agent.Status;
using Microsoft.Extensions.Configuration;

namespace Fleet.Agent.Doctor;

/// <summary><c>fleet-agent doctor</c>: looks at everything that a device needs, whether its daemon runs or not, and changes nothing.</summary>
internal static class DoctorCommand
{
    /// <returns>True when nothing fails.</returns>
    public static async Task<bool> RunAsync(CommandLine command, AgentPaths paths, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables("FLEET_AGENT_").AddInMemoryCollection(command.Settings).Build();
        var options = settings.GetSection("Fleet:Agent").Get<AgentOptions>() ?? new AgentOptions();
        var findings = new List<Finding>();
        await foreach (var finding in LookAsync(options, paths, time, cancellationToken))
        {
            findings.Add(finding);
            if (!command.Flags.Contains("json"))
            {
                await output.WriteLineAsync($"{finding.Verdict.ToString().ToLowerInvariant(),-5} {finding.What,-16} {finding.Says}{(finding.Do is null ? "" : $"\n{"",-23}→ {finding.Do}")}");
            }
        }

        if (command.Flags.Contains("json"))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(findings, DoctorJson.Default.IReadOnlyListFinding));
        }

        return findings.TrueForAll(f => f.Verdict != Verdict.Fail);
    }

    private static async IAsyncEnumerable<Finding> LookAsync(AgentOptions options, AgentPaths paths, TimeProvider time, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var status = await DaemonAsync(paths, time, cancellationToken);
        yield return status is null
            ? Finding.Warn("daemon", $"no agent answers for {paths.Data}", $"Start it: systemctl start fleet-agent, or fleet-agent run --data {paths.Data}. If it runs as another user, ask as that one.")
            : Finding.Ok("daemon", $"runs as process {status.Process.Id}, with {status.Process.ResidentBytes >> 20} MiB");
        await foreach (var finding in LinkCheck.LookAsync(paths, time, cancellationToken))
        {
            yield return finding;
        }

        foreach (var finding in ComputerCheck.Look(options, paths, new HealthReader("/", () => DeviceFactsReader.DiskFreeBytes(paths.Data))))
        {
            yield return finding;
        }

        yield return await ToolsCheck.FfmpegAsync(options.FfmpegCommand, time, cancellationToken);
        foreach (var finding in ToolsCheck.Libraries())
        {
            yield return finding;
        }

        await foreach (var finding in CameraCheck.LookAsync(options, paths, status, time, cancellationToken))
        {
            yield return finding;
        }
    }

    private static async Task<AgentStatus?> DaemonAsync(AgentPaths paths, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return (await StatusCommand.AskAsync(paths, time, cancellationToken)).Status;
        }
        catch (UsageException)
        {
            // that none runs is a finding, not a failure
            return null;
        }
    }
}
