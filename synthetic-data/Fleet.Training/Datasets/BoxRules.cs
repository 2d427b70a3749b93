using System.Globalization;
using Fleet.Training.Frames;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Datasets;

/// <summary>Whether a box can be where it says it is.</summary>
internal static class BoxRules
{
    // tools round edges, so a pixel too far is nothing to speak of
    private const double RoundingPx = 1;

    /// <summary>The box inside the picture; null where nothing is left of it. What is wrong is told.</summary>
    public static ExactBox? Inside(ExactBox box, FrameSize size, DatasetFolder folder, string file, int? line)
    {
        if (!double.IsFinite(box.Area) || !double.IsFinite(box.X) || !double.IsFinite(box.Y) || box.Width <= 0 || box.Height <= 0)
        {
            folder.Error("box-empty", file, $"A box of {Shown(box)} has no area: remove it or draw it again.", line);
            return null;
        }

        var (left, top) = (Math.Max(box.X, 0), Math.Max(box.Y, 0));
        var (right, bottom) = (Math.Min(box.Right, size.Width), Math.Min(box.Bottom, size.Height));
        if (right <= left || bottom <= top)
        {
            folder.Error("box-outside", file, $"A box of {Shown(box)} is outside the picture of {size.Width}x{size.Height}: likely the label belongs to another picture or size.", line);
            return null;
        }

        if (Math.Max(Math.Max(left - box.X, top - box.Y), Math.Max(box.Right - right, box.Bottom - bottom)) > RoundingPx)
        {
            folder.Warn("box-outside", file, $"A box of {Shown(box)} reaches out of the picture of {size.Width}x{size.Height}; it is cut at the edge.", line);
        }

        return new ExactBox(left, top, right - left, bottom - top);
    }

    private static string Shown(ExactBox b) => string.Create(CultureInfo.InvariantCulture, $"x {b.X:0.#}, y {b.Y:0.#}, {b.Width:0.#} x {b.Height:0.#} px");
}
