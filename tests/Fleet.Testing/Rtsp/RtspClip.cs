using System.Diagnostics;
using System.Globalization;

namespace Fleet.Testing.Rtsp;

/// <summary>How a stream is coded.</summary>
public enum RtspCodec
{
    /// <summary>AVC.</summary>
    H264,

    /// <summary>HEVC.</summary>
    H265,
}

/// <summary>A short moving test picture, coded by a real ffmpeg; every fifth picture can be decoded alone.</summary>
public sealed class RtspClip
{
    private const int Pictures = 25;

    private RtspClip(RtspCodec codec, int widthPx, int heightPx, IReadOnlyList<IReadOnlyList<byte[]>> units) =>
        (Codec, WidthPx, HeightPx, Units) = (codec, widthPx, heightPx, units);

    /// <summary>How it is coded.</summary>
    public RtspCodec Codec { get; }

    /// <summary>Width, px.</summary>
    public int WidthPx { get; }

    /// <summary>Height, px.</summary>
    public int HeightPx { get; }

    /// <summary>NAL units of each picture, without start codes.</summary>
    public IReadOnlyList<IReadOnlyList<byte[]>> Units { get; }

    /// <summary>Codes a clip.</summary>
    /// <exception cref="InvalidOperationException">ffmpeg could not.</exception>
    public static async Task<RtspClip> EncodeAsync(int widthPx, int heightPx, RtspCodec codec, CancellationToken cancellationToken)
    {
        var coder = codec == RtspCodec.H264
            ? (string[])["-c:v", "libx264", "-tune", "zerolatency", "-x264-params", "aud=1:keyint=5:scenecut=0", "-f", "h264"]
            : ["-c:v", "libx265", "-tune", "zerolatency", "-x265-params", "aud=1:keyint=5:repeat-headers=1:log-level=error", "-f", "hevc"];
        var size = string.Create(CultureInfo.InvariantCulture, $"testsrc2=size={widthPx}x{heightPx}:rate=25");
        var start = new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-f", "lavfi", "-i", size, "-frames:v", $"{Pictures}", "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-threads", "1", .. coder, "-"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var stream = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(stream, cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 && stream.Length > 0
            ? new RtspClip(codec, widthPx, heightPx, Split(stream.ToArray(), codec))
            : throw new InvalidOperationException($"ffmpeg could not make a {widthPx}x{heightPx} {codec} clip; is it installed with libx264 and libx265?");
    }

    /// <summary>A delimiter begins each picture; it is not sent.</summary>
    private static List<IReadOnlyList<byte[]>> Split(byte[] stream, RtspCodec codec)
    {
        var units = new List<IReadOnlyList<byte[]>>();
        foreach (var unit in NalUnits(stream))
        {
            var isDelimiter = codec == RtspCodec.H264 ? (unit[0] & 31) == 9 : (unit[0] >> 1 & 63) == 35;
            if (isDelimiter)
            {
                units.Add(new List<byte[]>());
            }
            else
            {
                ((List<byte[]>)units[^1]).Add(unit);
            }
        }

        return units;
    }

    private static IEnumerable<byte[]> NalUnits(byte[] stream)
    {
        for (var at = NextStart(stream, 0); at >= 0;)
        {
            var next = NextStart(stream, at);
            var end = next < 0 ? stream.Length : next - 3;
            while (end > at && next >= 0 && stream[end - 1] == 0)
            {
                end--;
            }

            yield return stream[at..end];
            at = next;
        }
    }

    /// <summary>Index of the first byte after the next 00 00 01; -1 when there is none.</summary>
    private static int NextStart(byte[] stream, int from)
    {
        var found = stream.AsSpan(from).IndexOf((ReadOnlySpan<byte>)[0, 0, 1]);
        return found < 0 ? -1 : from + found + 3;
    }
}
