using System.Globalization;
using System.Text.RegularExpressions;

namespace Fleet.Agent.Cameras;

/// <summary>Which files a folder, a numbered pattern (<c>f_%04d.png</c>) or a wildcard (<c>*.tif</c>) stands for, in their order.</summary>
internal static partial class PictureFiles
{
    /// <summary>A numbered series may begin anywhere from 0 to here.</summary>
    private const int LatestStart = 1000;

    private static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"];

    public static bool IsPicture(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    public static bool IsPattern(string path) => Number().IsMatch(Path.GetFileName(path)) || Path.GetFileName(path).AsSpan().ContainsAny('*', '?');

    public static string[] Of(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (Directory.Exists(path))
        {
            return [.. Directory.EnumerateFiles(path).Where(IsPicture).Order(StringComparer.Ordinal)];
        }

        var folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        return !Directory.Exists(folder) ? []
            : Number().Match(Path.GetFileName(path)) is { Success: true } number ? [.. Numbered(folder, Path.GetFileName(path), number)]
            : [.. Directory.EnumerateFiles(folder, Path.GetFileName(path)).Where(IsPicture).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Numbered(string folder, string name, Match number)
    {
        string At(int i) => Path.Combine(folder, name[..number.Index] + i.ToString("D" + number.Groups[1].Value, CultureInfo.InvariantCulture) + name[(number.Index + number.Length)..]);
        var first = Enumerable.Range(0, LatestStart + 1).FirstOrDefault(i => File.Exists(At(i)), -1);
        for (var i = first; i >= 0 && File.Exists(At(i)); i++)
        {
            yield return At(i);
        }
    }

    [GeneratedRegex("%0?([0-9]{0,2})d", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
