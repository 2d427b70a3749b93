using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Training.Frames;

/// <summary>Objects cut out of frames: pictures for a network that names what a whole picture shows.</summary>
internal static class Cutting
{
    // smaller ones show nothing that could be told apart
    private const int LeastSidePx = 12;
    private const float Margin = 0.06f;

    /// <summary>Each annotated object with a little of what is around it; one that fills the frame is the frame.</summary>
    public static IEnumerable<(Frame Frame, string Label)> Of(Frame frame, IEnumerable<Annotation> annotations)
    {
        foreach (var annotation in annotations)
        {
            var box = annotation.Box;
            var (marginX, marginY) = (box.Width * Margin, box.Height * Margin);
            var (left, top) = ((int)Math.Max(0, box.X - marginX), (int)Math.Max(0, box.Y - marginY));
            var (right, bottom) = ((int)Math.Min(frame.WidthPx, box.X + box.Width + marginX), (int)Math.Min(frame.HeightPx, box.Y + box.Height + marginY));
            if (right - left >= frame.WidthPx && bottom - top >= frame.HeightPx)
            {
                yield return (frame, annotation.Label);
            }
            else if (right - left >= LeastSidePx && bottom - top >= LeastSidePx)
            {
                yield return (Part(frame, left, top, right - left, bottom - top), annotation.Label);
            }
        }
    }

    /// <summary>An annotation that says what a whole frame shows.</summary>
    public static Annotation WholeOf(int widthPx, int heightPx, string label) => new(label, new Box(0, 0, widthPx, heightPx));

    private static Frame Part(Frame frame, int left, int top, int width, int height)
    {
        var part = new Frame(width, height, frame.Channels);
        for (var row = 0; row < height; row++)
        {
            frame.Span.Slice((((top + row) * frame.WidthPx) + left) * frame.Channels, width * frame.Channels).CopyTo(part.Span[(row * width * frame.Channels)..]);
        }

        return part;
    }
}
