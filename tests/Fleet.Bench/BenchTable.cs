using System.Globalization;
using Spectre.Console;

namespace Fleet.Bench;

internal static class BenchTable
{
    private static readonly string[] Headings = ["", "ours", "peer", "unit", "ours / peer", "must", "aim", ""];

    public static void Print(BenchReport report)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in Headings)
        {
            table.AddColumn(new TableColumn(heading).NoWrap());
        }

        foreach (var row in report.Rows)
        {
            table.AddRow(Markup.Escape(row.Metric), Text(row.Ours), Text(row.Peer), row.Unit, Text(row.Ratio, "0.00"), Limit(row, row.Must), Limit(row, row.Aim), Verdict(row));
        }

        // a pipe has no width of its own
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 140);
        AnsiConsole.Write(table);
        foreach (var note in report.Rows.Select(r => r.Note).OfType<string>().Distinct())
        {
            AnsiConsole.WriteLine(note);
        }

        var machine = report.Machine;
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{machine.Processor}, {machine.Cores} cores, {machine.MemoryBytes >> 20} MiB, {machine.System}, {machine.Runtime}; load before: {machine.LoadBefore:0.0}"));
    }

    private static string Verdict(BenchRow row) => row switch
    {
        { Must: null } => "",
        { Ratio: null } => "[yellow]no peer[/]",
        { Holds: true } => "[green]holds[/]",
        _ => "[red]does not hold[/]",
    };

    private static string Limit(BenchRow row, double? limit) => (row.AtMost && limit is not null ? "<= " : "") + Text(limit, "0.00");

    private static string Text(double? value, string? format = null) => value is { } number
        ? number.ToString(format ?? (Math.Abs(number) < 100 ? "0.00" : "#,0"), CultureInfo.InvariantCulture)
        : "";
}
