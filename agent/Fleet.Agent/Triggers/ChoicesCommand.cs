using System.Globalization;
using Fleet.Agent.State;

namespace Fleet.Agent.Triggers;

/// <summary><c>fleet-agent choices</c>: which frames were kept and why, each choice made anew from its record.</summary>
internal static class ChoicesCommand
{
    /// <returns>Whether every choice replays.</returns>
    public static bool Run(AgentPaths paths, TextWriter output)
    {
        var (count, differing) = (0, 0);
        foreach (var record in new ChoiceLog(paths).Read())
        {
            var differs = record.Replay();
            (count, differing) = (count + 1, differing + (differs.Count > 0 ? 1 : 0));
            output.WriteLine(Line(record) + (differs.Count == 0 ? "" : $"  DOES NOT REPLAY: {string.Join(", ", differs)}"));
            foreach (var facts in record.Facts.Where(f => record.Choice.Picks.Contains(f.Frame)))
            {
                var reasons = TriggerRules.Reasons(facts, record.Settings);
                output.WriteLine($"    frame {facts.Frame}: {string.Join("; ", reasons.Select(r => $"{r.Trigger} ({r.Why})"))}");
            }
        }

        output.WriteLine(count == 0 ? $"No choice was made yet below {paths.Data}." : $"{count} choices, {count - differing} replay.");
        return differing == 0;
    }

    private static string Line(PoolRecord record)
    {
        var (pool, choice) = (record.Pool, record.Choice);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{record.At:yyyy-MM-dd HH:mm:ss} {record.Camera}: of {pool.Seen} frames {choice.Randoms.Count} by chance (each with probability {choice.RandomProbability:0.######}), {choice.Picks.Count} of {pool.ByTrigger.Count} that triggers chose{(choice.Cut.Count > 0 ? $", {choice.Cut.Count} cut for bytes" : "")}");
    }
}
