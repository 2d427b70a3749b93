using Fleet.Contracts;

namespace Fleet.ControlPlane.Scenes;

/// <summary>Which part of a contact sheet becomes the small picture: a few whole frames, for two dozen on a card are too small to tell anything.</summary>
internal static class ThumbnailCut
{
    private const double CardAspect = 2;
    private const int MostColumns = 4;
    private const int MostRows = 2;
    private const int MostFrames = 1000;

    // a sheet's cells are whole pixels, so that they are as wide as the camera's frames only nearly
    private const double Tolerance = 0.03;

    /// <returns>Size of the left upper part, px: whole frames nearest to the shape of a card, or the whole sheet where its frames do not lie in rows and columns.</returns>
    public static PictureSize Of(PictureSize sheet, SceneCamera camera, int frames)
    {
        if (Columns(sheet, camera, frames) is not { } columns)
        {
            return sheet;
        }

        var (width, rows) = (sheet.WidthPx / columns, (frames + columns - 1) / columns);
        var height = sheet.HeightPx / rows;
        var (across, down) = Enumerable.Range(1, Math.Min(columns, MostColumns))
            .SelectMany(c => Enumerable.Range(1, Math.Min(rows, MostRows)).Select(r => (Across: c, Down: r)))
            .Where(c => ((c.Down - 1) * columns) + c.Across <= frames)
            .OrderBy(c => Math.Abs(Math.Log(c.Across * (double)width / (c.Down * height) / CardAspect)))
            .ThenByDescending(c => c.Across * c.Down)
            .First();
        return new PictureSize(across * width, down * height);
    }

    private static int? Columns(PictureSize sheet, SceneCamera camera, int frames)
    {
        for (var columns = 1; columns <= frames && frames <= MostFrames; columns++)
        {
            var rows = (frames + columns - 1) / columns;
            var aspect = (double)sheet.WidthPx / columns / ((double)sheet.HeightPx / rows);
            if (sheet.WidthPx >= columns && sheet.HeightPx >= rows && Math.Abs((aspect * camera.HeightPx / camera.WidthPx) - 1) < Tolerance)
            {
                return columns;
            }
        }

        return null;
    }
}
