using System.Runtime.InteropServices;
using Fleet.Vision;
using OpenCvSharp;

namespace Fleet.Bench.Vision;

/// <summary>Decoded frames in memory.</summary>
internal static class Frames
{
    private const int Count = 16;
    private const int Patches = 60;

    /// <summary>Patches of random colour and grain, 640x480: something to resize and nothing in particular to find.</summary>
    public static IReadOnlyList<Frame> Synthetic()
    {
        var random = new Random(Seed: 1);
        return [.. Enumerable.Range(0, Count).Select(_ => Texture(random, new Frame(640, 480, channels: 3)))];
    }

    /// <exception cref="BenchFailedException">It is no video.</exception>
    public static IReadOnlyList<Frame> OfVideo(string path)
    {
        using var capture = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        using var picture = new Mat();
        var frames = new List<Frame>();
        while (frames.Count < Count && capture.Read(picture) && !picture.Empty())
        {
            var frame = new Frame(picture.Width, picture.Height, picture.Channels());
            Marshal.Copy(picture.Data, frame.Pixels, 0, frame.SizeBytes);
            frames.Add(frame);
        }

        return frames.Count > 0 ? frames : throw new BenchFailedException($"{path} is no video that can be decoded; give an AVI, MP4 or MKV file with --video, or leave it out.");
    }

    private static Frame Texture(Random random, Frame frame)
    {
        random.NextBytes(frame.Span);
        for (var patch = 0; patch < Patches; patch++)
        {
            var (left, top) = (random.Next(frame.WidthPx), random.Next(frame.HeightPx));
            var (right, bottom) = (Math.Min(frame.WidthPx, left + random.Next(20, 200)), Math.Min(frame.HeightPx, top + random.Next(20, 200)));
            int[] colour = [random.Next(256), random.Next(256), random.Next(256)];
            for (var y = top; y < bottom; y++)
            {
                var row = frame.Span.Slice(y * frame.WidthPx * 3, frame.WidthPx * 3);
                for (var i = left * 3; i < right * 3; i++)
                {
                    row[i] = (byte)Math.Clamp(colour[i % 3] + random.Next(-12, 13), 0, 255);
                }
            }
        }

        return frame;
    }
}
