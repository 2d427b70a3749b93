using System.Runtime.InteropServices;
using Fleet.Vision;
using OpenCvSharp;

namespace Fleet.Agent.Cameras;

/// <summary>Between frames and OpenCV's pictures.</summary>
internal static class Pictures
{
    /// <summary>Copies an 8-bit picture with 1 or 3 channels.</summary>
    public static void Copy(Mat picture, Frame frame)
    {
        var (width, height, channels) = (picture.Width, picture.Height, picture.Channels());
        frame.Reshape(width, height, channels);
        if (picture.IsContinuous())
        {
            Marshal.Copy(picture.Data, frame.Pixels, 0, frame.SizeBytes);
            return;
        }

        for (var y = 0; y < height; y++)
        {
            Marshal.Copy(picture.Ptr(y), frame.Pixels, y * width * channels, width * channels);
        }
    }

    /// <summary>A JPEG of <paramref name="frame"/>, made smaller where it is wider than <paramref name="maxWidthPx"/>.</summary>
    public static byte[] ToJpeg(Frame frame, int quality, int maxWidthPx = int.MaxValue)
    {
        using var picture = Mat.FromPixelData(frame.HeightPx, frame.WidthPx, frame.Channels == 3 ? MatType.CV_8UC3 : MatType.CV_8UC1, frame.Pixels);
        var parameters = new ImageEncodingParam(ImwriteFlags.JpegQuality, quality);
        if (frame.WidthPx <= maxWidthPx)
        {
            return picture.ImEncode(".jpg", parameters);
        }

        using var small = new Mat();
        Cv2.Resize(picture, small, new Size(maxWidthPx, Math.Max(1, frame.HeightPx * maxWidthPx / frame.WidthPx)), interpolation: InterpolationFlags.Area);
        return small.ImEncode(".jpg", parameters);
    }

    /// <summary>Decodes a PNG or JPEG file in memory.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Frame Decode(byte[] file)
    {
        using var picture = Cv2.ImDecode(file, ImreadModes.Color);
        if (picture.Empty())
        {
            throw new InvalidDataException($"These {file.Length} bytes are no picture.");
        }

        var frame = new Frame(picture.Width, picture.Height, 3);
        Copy(picture, frame);
        return frame;
    }
}
