using Fleet.Contracts;
using Fleet.Twin.Sensing;
using SkiaSharp;

namespace Fleet.Twin.Calibration;

/// <summary>A few unlabelled photos of one real camera.</summary>
/// <param name="Looks">One for each photo.</param>
/// <param name="Qualities">JPEG qualities, of the photos that tell.</param>
/// <param name="WidthPx">The most frequent size.</param>
/// <param name="HeightPx">The most frequent size.</param>
/// <param name="Plate">BGR of the place without what moves; null where the camera moved or too few photos show the same size.</param>
internal sealed record Photos(IReadOnlyList<Look> Looks, IReadOnlyList<int> Qualities, int WidthPx, int HeightPx, byte[]? Plate)
{
    private const int Most = 60;
    private const int Fewest = 3;
    private const int FewestForPlate = 5;

    /// <summary>A pixel of a place that nobody touches changes by so many levels at most.</summary>
    private const int Still = 14;

    private static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];

    /// <exception cref="ProblemException">No folder, or too few pictures in it.</exception>
    public static Photos Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ProblemException(Problems.SceneInvalid, $"There is no folder {folder}: --photos wants one with a few pictures of the real camera.");
        }

        var all = Directory.EnumerateFiles(folder).Where(f => Endings.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal).ToList();
        var chosen = all.Count <= Most ? all : [.. Enumerable.Range(0, Most).Select(i => all[i * all.Count / Most])];
        var looks = new List<Look>();
        var qualities = new List<int>();
        var pictures = new List<(int Width, int Height, byte[] Bgr)>();
        foreach (var path in chosen)
        {
            var file = File.ReadAllBytes(path);
            using var bitmap = SKBitmap.Decode(file);
            if (bitmap is null || bitmap.Width < 64 || bitmap.Height < 64)
            {
                continue;
            }

            var bgr = Jpeg.ToBgr(bitmap);
            looks.Add(Look.Of(bgr, bitmap.Width, bitmap.Height));
            pictures.Add((bitmap.Width, bitmap.Height, bgr));
            if (JpegQuality.Of(file) is { } quality)
            {
                qualities.Add(quality);
            }
        }

        if (looks.Count < Fewest)
        {
            throw new ProblemException(Problems.SceneInvalid, $"{folder} holds {looks.Count} pictures that can be read ({string.Join(", ", Endings)}, 64 px and more): at least {Fewest} are wanted.");
        }

        var (width, height) = pictures.CountBy(p => (p.Width, p.Height)).MaxBy(p => p.Value).Key;
        return new Photos(looks, qualities, width, height, PlateOf([.. pictures.Where(p => p.Width == width && p.Height == height).Select(p => p.Bgr)]));
    }

    /// <summary>The median of each pixel, where most pixels hardly change: else the camera moved, and a median would be a blur.</summary>
    private static byte[]? PlateOf(IReadOnlyList<byte[]> pictures)
    {
        if (pictures.Count < FewestForPlate)
        {
            return null;
        }

        var plate = new byte[pictures[0].Length];
        var column = new byte[pictures.Count];
        var still = 0;
        for (var i = 0; i < plate.Length; i++)
        {
            for (var p = 0; p < column.Length; p++)
            {
                column[p] = pictures[p][i];
            }

            Array.Sort(column);
            plate[i] = column[column.Length / 2];
            still += column[column.Length * 3 / 4] - column[column.Length / 4] <= Still ? 1 : 0;
        }

        return still > plate.Length / 2 ? plate : null;
    }
}
