using System.Globalization;
using Fleet.Contracts;
using Spectre.Console;

namespace Fleet.Cli.Demo;

/// <summary>The demo's last words: every figure, measured in this run.</summary>
internal static class DemoTable
{
    public static void Print(DemoReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("");
        foreach (var turn in report.Turns)
        {
            table.AddColumn(new TableColumn(turn.Version.ToString()).RightAligned());
        }

        Row(table, report, "AP@.5 on held-out frames", t => t.Map50After is { } map ? Number(map, "0.000") : "no ground truth");
        Row(table, report, "training steps", t => Whole(StepsFor(report, t)));
        Row(table, report, "rolled out in", t => $"{Number(t.RolloutSeconds, "0")} s");
        Row(table, report, "bytes sent to a device", t => Whole(t.Devices.Select(d => d.BytesSent).DefaultIfEmpty().Max()));
        Row(table, report, "promote to first frame", t => $"{Number(t.Devices.Select(d => d.PromoteToFirstFrameMs).Max() ?? double.NaN, "0")} ms");
        Row(table, report, "frames lost in the swap", t => Whole(t.FramesLost));
        Row(table, report, "samples gathered", t => Whole(t.SamplesGathered));
        Row(table, report, "samples labelled", t => Whole(t.SamplesLabelled));
        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.FramesRendered:N0} frames rendered, {report.TrainingSteps:N0} training steps, {report.SamplesUsed:N0} labelled samples used, {report.Seconds:0} s in all."));
        foreach (var photos in report.Photos)
        {
            AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{photos.Version} on {photos.Images} labelled photos: AP@.5 {photos.Ap50:0.000}, AP@.75 {photos.Ap75:0.000} ({photos.Folder})"));
        }
    }

    // the steps that made a version were taken in the turn before it was deployed
    private static long StepsFor(DemoReport report, Turn turn) => report.Turns.IndexOf(turn) is > 0 and var i ? report.Turns[i - 1].TrainingSteps : 0;

    private static void Row(Table table, DemoReport report, string name, Func<Turn, string> value) =>
        table.AddRow([name, .. report.Turns.Select(value)]);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
