using System.Diagnostics;
using System.Text.Json;
using Fleet.Contracts;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Engines;

/// <summary>Runs a job in a child of its own: what it is asked to build may take the child down, never the agent.</summary>
internal sealed class PrepareChild(IOptions<AgentOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <returns>What became of each entrant; one that took the child down or over its budget failed with that reason.</returns>
    /// <exception cref="ProblemException">The job as a whole cannot be done.</exception>
    public async Task<IReadOnlyList<Trial>> RunAsync(PrepareJob job, TimeSpan limit, Action<string, double> progress, CancellationToken cancellationToken)
    {
        var file = Path.Combine(job.Engines, $"{Path.GetRandomFileName()}.tmp");
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(job, PrepareJson.Default.PrepareJob), cancellationToken);
        try
        {
            return await RunFileAsync(job, file, limit, progress, cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<IReadOnlyList<Trial>> RunFileAsync(PrepareJob job, string file, TimeSpan limit, Action<string, double> progress, CancellationToken cancellationToken)
    {
        using var child = Start(file);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var errors = child.StandardError.ReadToEndAsync(CancellationToken.None);
        var watch = WatchAsync(child, job.MemoryBytes, limit, done.Token);
        try
        {
            var last = await ReadAsync(child.StandardOutput, progress, cancellationToken);
            await child.WaitForExitAsync(cancellationToken);
            await done.CancelAsync();
            return last.Trials ?? Failed(job, last.Problem ?? await watch ?? Died(child, await errors, job.MemoryBytes));
        }
        finally
        {
            await done.CancelAsync();
            if (!child.HasExited)
            {
                child.Kill(entireProcessTree: true);
            }
        }
    }

    private Process Start(string file)
    {
        var start = new ProcessStartInfo(options.Value.PrepareCommand, ["prepare", file]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ProblemException(Problems.EngineFailed, $"{options.Value.PrepareCommand}, which prepares engines, does not start: {e.Message}", e);
        }
    }

    /// <summary>The kernel refuses memory beyond the limit; a GPU's driver maps more than it can count, so what is really used is watched too.</summary>
    /// <returns>Why the child was ended; null when it was not.</returns>
    private async Task<ReportedProblem?> WatchAsync(Process child, long memoryBytes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(Look, time, cancellationToken);
                var reason = time.GetElapsedTime(began) > limit ? FormattableString.Invariant($"it took longer than the {limit.TotalSeconds:0.#} s that it may take.")
                    : UsedBytes(child) > memoryBytes ? PrepareProgram.OverMemory(memoryBytes) : null;
                if (reason is not null)
                {
                    child.Kill(entireProcessTree: true);
                    return new ReportedProblem(Problems.EngineBudget.Code, reason);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    private static long UsedBytes(Process child)
    {
        child.Refresh();
        return child.WorkingSet64;
    }

    private static async Task<PrepareLine> ReadAsync(StreamReader output, Action<string, double> progress, CancellationToken cancellationToken)
    {
        var last = new PrepareLine();
        while (await output.ReadLineAsync(cancellationToken) is { } text)
        {
            // a line that is not ours is a native library's
            if (!text.StartsWith('{'))
            {
                continue;
            }

            last = JsonSerializer.Deserialize(text, PrepareJson.Default.PrepareLine)!;
            if (last.Stage is { } stage)
            {
                progress(stage, last.Share);
            }
        }

        return last;
    }

    private static IReadOnlyList<Trial> Failed(PrepareJob job, ReportedProblem problem) => job.Entrants is [var only]
        ? [new Trial(only, Provider: null, job.Golden is not null, Difference: null, problem)]
        : throw new ProblemException(Problems.Find(problem.Code), problem.Detail);

    private static ReportedProblem Died(Process child, string errors, long memoryBytes)
    {
        var isMemory = errors.Contains("memory", StringComparison.OrdinalIgnoreCase) || errors.Contains("bad_alloc", StringComparison.Ordinal);
        var line = errors.Split('\n').FirstOrDefault(l => l.Trim().Length > 0)?.Trim();
        return isMemory
            ? new(Problems.EngineBudget.Code, PrepareProgram.OverMemory(memoryBytes))
            : new(Problems.EngineFailed.Code, $"the process that built it ended with {child.ExitCode}{(line is null ? "." : $": {line}")}");
    }
}
