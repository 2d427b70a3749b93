using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>What runs the versions of a device, and how their variants raced.</summary>
internal static class EngineTables
{
    public static void Show(Reported? reported)
    {
        if (reported?.Engines is { Count: > 0 } engines)
        {
            var table = Print.Table("version", "variant", "precision", "provider", "cache", "others, and why not", "batching");
            foreach (var e in engines)
            {
                table.Row(e.Version, e.Variant, e.Precision, e.Provider, e.BuiltBy is { } builder ? $"of {builder}" : e.FromCache ? "yes" : "built", string.Join(" ", e.Ladder.SkipLast(1)), e.Batching);
            }

            Print.Show(table, "");
        }

        foreach (var race in reported?.Races ?? [])
        {
            Print.Line($"Race of {race.Version} on {race.Frames}, {race.At:u}. {race.Remark}");
            Print.Show(Race(race), "");
        }
    }

    private static Spectre.Console.Table Race(ReportedRace race)
    {
        var table = Print.Table("variant", "precision", "provider", "p50 ms", "p95 ms", "golden clip", "result");
        foreach (var r in race.Rows)
        {
            table.Row(r.Variant, r.Precision, r.Provider, r.P50Ms?.ToString("0.00"), r.P95Ms?.ToString("0.00"), r.Golden, r.Chosen ? "serves" : r.WhyNot);
        }

        return table;
    }
}
