using System.Globalization;
using Fleet.Contracts;
using Fleet.Vision;
using OpenCvSharp;

namespace Fleet.Agent.Offline;

/// <summary>Pictures of frames with what was found on them.</summary>
internal sealed class FrameDrawing
{
    private const int Quality = 90;
    private const double SmallestPx = 480;

    // height of OpenCV's letters at scale 1 is some 35 px, descenders included
    private const double FontShare = 0.028;
    private readonly string _folder;

    /// <exception cref="UsageException">The folder cannot be made.</exception>
    public FrameDrawing(string folder)
    {
        try
        {
            _folder = Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The folder {folder} cannot be made: {e.Message}", e);
        }
    }

    public void Draw(Frame frame, IReadOnlyList<Detection> found, IReadOnlyList<string> classes)
    {
        using var raw = Mat.FromPixelData(frame.HeightPx, frame.WidthPx, frame.Channels == 3 ? MatType.CV_8UC3 : MatType.CV_8UC1, frame.Pixels);
        using var picture = new Mat();
        // text on a thumbnail cannot be read
        var zoom = Math.Max(1, SmallestPx / Math.Max(frame.WidthPx, frame.HeightPx));
        Cv2.Resize(frame.Channels == 3 ? raw : raw.CvtColor(ColorConversionCodes.GRAY2BGR), picture, default, zoom, zoom, InterpolationFlags.Nearest);
        var wholes = 0;
        foreach (var detection in found.Reverse())
        {
            var (box, color) = (detection.Box, ColorOf(classes.ToList().IndexOf(detection.Label)));
            var number = detection.Track is { } track ? $" #{track}" : "";
            var text = string.Create(CultureInfo.InvariantCulture, $"{detection.Label}{number} {detection.Score:0.00}");
            if (box.Width >= frame.WidthPx && box.Height >= frame.HeightPx)
            {
                Label(picture, text, new Point(2, 2 + ((LineOf(picture) + 2) * wholes++)), color);
                continue;
            }

            var corner = new Point((int)(box.X * zoom), (int)(box.Y * zoom));
            Cv2.Rectangle(picture, corner, new Point((int)((box.X + box.Width) * zoom), (int)((box.Y + box.Height) * zoom)), color, thickness: 2);
            Label(picture, text, new Point(corner.X, Math.Max(0, corner.Y - LineOf(picture))), color);
        }

        File.WriteAllBytes(Path.Combine(_folder, $"{frame.Index:000000}.jpg"), picture.ImEncode(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, Quality)));
    }

    // text grows with the picture, so that it can be read where the picture is shown small
    private static int LineOf(Mat picture) => Math.Max(16, picture.Width / 60);

    private static void Label(Mat picture, string text, Point at, Scalar color)
    {
        var (line, thickness) = (LineOf(picture), Math.Max(1, picture.Width / 1500));
        var size = Cv2.GetTextSize(text, HersheyFonts.HersheySimplex, line * FontShare, thickness, out _);
        at.X = Math.Clamp(at.X, 0, Math.Max(0, picture.Width - size.Width - 4));
        Cv2.Rectangle(picture, new Rect(at.X, at.Y, size.Width + 4, line), color, thickness: -1);
        Cv2.PutText(picture, text, new Point(at.X + 2, at.Y + (line * 3 / 4)), HersheyFonts.HersheySimplex, line * FontShare, Scalar.Black, thickness, LineTypes.AntiAlias);
    }

    // neighbours in the list of classes get colours far apart, each light enough for black text
    private static Scalar ColorOf(int label)
    {
        var turn = label * 2.399963f;
        return new Scalar(160 + (90 * MathF.Sin(turn)), 160 + (90 * MathF.Sin(turn + 2.0944f)), 160 + (90 * MathF.Sin(turn + 4.18879f)));
    }
}
