using System.Globalization;
using System.Text;

namespace Fleet.Console.Parts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">For people.</param>
/// <param name="Class">Its colour, as a class of the style sheet.</param>
/// <param name="Values">One for each time; null where it is not known.</param>
public sealed record ChartLine(string Name, string Class, IReadOnlyList<double?> Values);

/// <summary>Values over time as a path in a box of 100 by 40.</summary>
public static class ChartPath
{
    private const double Width = 100;
    private const double Height = 40;

    // a point that nothing is joined to would have no length, and what has no length is not drawn
    private const double Alone = 1.2;

    /// <summary>A round number that no value exceeds.</summary>
    public static double Top(IEnumerable<double?> values, double least)
    {
        var most = Math.Max(values.Max() ?? 0, least);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return new[] { 1, 2, 2.5, 5, 10 }.Select(step => step * unit).First(top => top >= most * 0.999999);
    }

    /// <summary>The path; what is unknown, and what lies farther apart than <paramref name="gap"/>, is not joined; a value that stands alone is a short dash.</summary>
    public static string Of(IReadOnlyList<DateTimeOffset> times, IReadOnlyList<double?> values, double top, TimeSpan gap)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(values);
        var path = new StringBuilder();
        var span = times.Count > 1 ? (times[^1] - times[0]).TotalSeconds : 0;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value)
            {
                continue;
            }

            var x = span > 0 ? Width * (times[i] - times[0]).TotalSeconds / span : 0;
            var y = Height - (Height * Math.Clamp(value / top, 0, 1));
            if (Joins(i))
            {
                path.Append(CultureInfo.InvariantCulture, $"L{x:0.##} {y:0.##}");
            }
            else if (Joins(i + 1))
            {
                path.Append(CultureInfo.InvariantCulture, $"M{x:0.##} {y:0.##}");
            }
            else
            {
                path.Append(CultureInfo.InvariantCulture, $"M{Math.Clamp(x - (Alone / 2), 0, Width - Alone):0.##} {y:0.##}h{Alone}");
            }
        }

        return path.ToString();

        bool Joins(int at) => at > 0 && at < values.Count && values[at - 1] is not null && values[at] is not null && times[at] - times[at - 1] <= gap;
    }
}
