using System.Globalization;
using System.Text;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Reports;

/// <summary>Examples as pictures with boxes drawn over them, in the page itself.</summary>
internal static class ExampleFigures
{
    public const string Legend = """
        <ul class="legend"><li><i class="dashed" style="border-color:#58a6ff"></i>object that was found</li><li><i style="border-color:#3ddc84"></i>hit</li><li><i class="dashed" style="border-color:#ffb224"></i>missed object</li><li><i style="border-color:#ff4d5e"></i>false alarm</li><li><i style="border-color:#d08bff"></i>wrong class</li></ul>
        """;

    /// <summary>The examples of a kind; empty where there are none.</summary>
    public static string Of(string title, IReadOnlyList<Example> examples, bool wide = false) => examples.Count == 0 ? "" : $"""
        <h3>{Html.Text(title)}</h3>
        <div class="examples{(wide ? " wide" : "")}">
        {string.Join('\n', examples.Select(Figure))}
        </div>
        """;

    private static string Figure(Example example)
    {
        var view = example.View;
        var boxes = new StringBuilder();
        Draw(boxes, example, "truth", example.Verdict.Hits.Concat(example.Verdict.Confused).Select(p => p.Truth.Box));
        Draw(boxes, example, "hit", example.Verdict.Hits.Select(p => p.Found.Box));
        Draw(boxes, example, "confused", example.Verdict.Confused.Select(p => p.Found.Box));
        Draw(boxes, example, "miss", example.Verdict.Missed.Select(t => t.Box));
        Draw(boxes, example, "alarm", example.Verdict.FalseAlarms.Select(f => f.Box));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <figure><svg{(example.Subject is null ? "" : " class=\"cut\"")} viewBox="0 0 {view.Width:0} {view.Height:0}" role="img" aria-label="{Html.Text(example.Title)}"><image width="{view.Width:0}" height="{view.Height:0}" preserveAspectRatio="none" href="data:image/jpeg;base64,{Convert.ToBase64String(example.Jpeg)}"/>{boxes}</svg>
            <figcaption><b>{Html.Text(example.Title)}</b><br>{Html.Text(Short(example.Verdict.Frame.Name))}</figcaption></figure>
            """);
    }

    private static void Draw(StringBuilder to, Example example, string kind, IEnumerable<ExactBox> boxes)
    {
        var view = example.View;
        foreach (var box in boxes.Where(b => b.X < view.Right && b.Right > view.X && b.Y < view.Bottom && b.Bottom > view.Y))
        {
            to.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}{(box == example.Subject ? " subject" : "")}\" x=\"{box.X - view.X:0.#}\" y=\"{box.Y - view.Y:0.#}\" width=\"{box.Width:0.#}\" height=\"{box.Height:0.#}\"/>");
        }
    }

    private static string Short(string name) => name.Length <= 40 ? name : name[..39] + "…";
}
