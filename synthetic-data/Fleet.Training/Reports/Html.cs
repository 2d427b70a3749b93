using System.Globalization;
using System.Net;

namespace Fleet.Training.Reports;

/// <summary>Text and numbers as a page shows them.</summary>
internal static class Html
{
    public static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");

    /// <summary>0 to 1 with three digits; a dash where there is none.</summary>
    public static string Share(double? value) => value is { } v ? v.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    public static string Number(double value, string format = "0.##") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A table; cells are already escaped.</summary>
    public static string Table(IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows, string kind = "") => $"""
        <div class="scroll"><table{(kind.Length == 0 ? "" : $" class=\"{kind}\"")}>
        <thead><tr>{string.Concat(head.Select(h => h.StartsWith("<th", StringComparison.Ordinal) ? h : $"<th scope=\"col\">{h}</th>"))}</tr></thead>
        <tbody>
        {string.Join('\n', rows.Select(r => $"<tr>{string.Concat(r.Select(c => c.StartsWith("<td", StringComparison.Ordinal) || c.StartsWith("<th", StringComparison.Ordinal) ? c : $"<td>{c}</td>"))}</tr>"))}
        </tbody></table></div>
        """;

    /// <summary>A part of the page.</summary>
    public static string Section(string title, string intro, string body) => $"""
        <section><h2>{Text(title)}</h2><p class="quiet small">{intro}</p>
        {body}
        </section>
        """;
}
