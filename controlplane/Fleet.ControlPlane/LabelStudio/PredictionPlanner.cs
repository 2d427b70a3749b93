using System.Globalization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.LabelStudio;

/// <summary>Says boxes as Label Studio does.</summary>
internal static class PredictionPlanner
{
    private const double Whole = 100;

    /// <param name="version">Who found them.</param>
    /// <param name="threshold">Boxes from this score on are told.</param>
    /// <param name="config">Names of the project.</param>
    /// <param name="picture">The picture; its digest goes into the ids, so that the same picture has the same ids.</param>
    /// <param name="found">Boxes in px.</param>
    public static Prediction Of(VersionId version, double threshold, LabelConfig config, TaskPicture picture, IReadOnlyList<Detection> found)
    {
        var told = found.Where(d => d.Score >= threshold && config.Labels.ContainsKey(d.Label)).OrderByDescending(d => d.Score).ToList();
        var regions = told.Select((d, at) => new Region(
            string.Create(CultureInfo.InvariantCulture, $"{picture.Digest.Hex[..8]}-{at}"), config.FromName, config.ToName, "rectanglelabels", picture.WidthPx, picture.HeightPx, 0, d.Score, Place(d, config, picture)));
        return new Prediction([.. regions], told.Count == 0 ? 0 : told.Average(d => (double)d.Score), version.ToString());
    }

    private static RegionValue Place(Detection found, LabelConfig config, TaskPicture picture)
    {
        var (left, width) = Percent(found.Box.X, found.Box.Width, picture.WidthPx);
        var (top, height) = Percent(found.Box.Y, found.Box.Height, picture.HeightPx);
        return new RegionValue(left, top, width, height, Rotation: 0, [config.Labels[found.Label]]);
    }

    private static (double From, double Length) Percent(double from, double length, int sidePx)
    {
        var begin = Math.Clamp(from / sidePx * Whole, 0, Whole);
        return (begin, Math.Clamp((from + length) / sidePx * Whole, begin, Whole) - begin);
    }
}
