using System.Globalization;
using Spectre.Console;

namespace Fleet.Cli.Commands;

/// <summary>Tables in the terminal.</summary>
internal static class Print
{
    public static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(column);
        }

        return table;
    }

    /// <summary>A row of plain text: whatever looks like markup in it stays text.</summary>
    public static void Row(this Table table, params object?[] cells) =>
        table.AddRow(cells.Select(c => Markup.Escape(Convert.ToString(c, CultureInfo.InvariantCulture) ?? "")).ToArray());

    public static void Line(FormattableString text) => AnsiConsole.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    public static void Show(Table table, string whenEmpty)
    {
        if (table.Rows.Count == 0)
        {
            AnsiConsole.WriteLine(whenEmpty);
            return;
        }

        AnsiConsole.Write(table);
    }
}
