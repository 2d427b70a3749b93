using System.Globalization;
using Fleet.Agent.Health;
using Fleet.Agent.State;

namespace Fleet.Agent.Doctor;

/// <summary>Disk, memory, temperature.</summary>
internal static class ComputerCheck
{
    private const int MarginsOfComfort = 4;

    public static IEnumerable<Finding> Look(AgentOptions options, AgentPaths paths, HealthReader reader)
    {
        if (!Directory.Exists(paths.Data))
        {
            yield return Finding.Fail("disk", $"the data folder {paths.Data} does not exist", "Name the right one with --data, or enrol.");
            yield break;
        }

        var now = reader.Read();
        yield return Disk(now.DiskFreeBytes, options.DiskMarginBytes, Writable(paths));
        var limits = new PressureLimits(options.HotC, options.LeastMemoryBytes);
        var reasons = PressurePlanner.Reasons(now, before: null, limits, isShedding: false);
        var says = string.Create(CultureInfo.InvariantCulture, $"{(now.TemperatureC is { } warm ? $"{warm:0} °C" : "no thermometer")}, {(now.MemoryFreeBytes is { } free ? $"{free >> 20} MiB of memory free" : "memory unknown")}{(now.Throttled > 0 ? $", throttled {now.Throttled} times since it started" : "")}");
        yield return reasons.Count > 0 ? Finding.Warn("computer", string.Join("; ", reasons), "Cool it, stop what else runs on it, or give it fewer cameras. Until then rates are cut.") : Finding.Ok("computer", says);
    }

    internal static Finding Disk(long free, long margin, string? refusal) =>
        refusal is not null ? Finding.Fail("disk", $"the data folder cannot be written ({refusal})", "Give it to the user the agent runs as, or see whether the disk is read-only.")
        : free < margin ? Finding.Fail("disk", $"{free >> 20} MiB are free, {margin >> 20} MiB are the least", "Make room: without it no model and no sample can be kept.")
        : free < margin * MarginsOfComfort ? Finding.Warn("disk", $"{free >> 20} MiB are free", "Make room: an update needs space for a model, its engine and samples together.")
        : Finding.Ok("disk", $"{free >> 20} MiB are free, and it can be written");

    private static string? Writable(AgentPaths paths)
    {
        var probe = Path.Combine(paths.Data, ".doctor");
        try
        {
            File.WriteAllBytes(probe, [1]);
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
