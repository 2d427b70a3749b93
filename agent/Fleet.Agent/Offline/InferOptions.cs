using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Agent.Offline;

/// <summary>What <c>fleet infer</c> was asked.</summary>
/// <param name="Model">An ONNX file.</param>
/// <param name="Card">The card of a version; null where the file stands for itself.</param>
/// <param name="Camera">As a device's camera.</param>
/// <param name="Out">The results.</param>
internal sealed record InferOptions(string Model, string? Card, string Camera, string Out)
{
    public const string Usage = """
        fleet infer --model FILE|NAME@VERSION --camera URI --out FILE [options]   run a model over a camera, as a device does
          --camera URI        a video file, a folder of pictures, a pattern, rtsp://, http(s)://, /dev/videoN or twin:SCENE
          --out FILE          COCO results: [{image_id, category_id, bbox, score} ...]; image_id is the frame's number from 0,
                              category_id the class's number from 1, bbox in px of the frame, track_id the object's
                              number where it is followed; FILE.timing.json tells the rest
          --draw DIR          a JPEG of each frame with what was found, objects with their numbers
          --frames N          no more than N frames
          --threshold T       only what scores T or more, 0 to 1; else what reaches the model's own threshold, and in the results
                              also the 100 best boxes of a frame below it, from 0.01 on
          --head HEAD         how outputs become detections, where neither metadata nor shapes say
          --classes FILE      class names, one a line, in output order
          --size WxH --color rgb|bgr|gray --scale F --mean A,B,C --std A,B,C --fit letterbox|letterbox-topleft|stretch
          --pad V --layout nchw|nhwc|tiles --tile PX --scores probabilities|sigmoid|softmax --nms IOU
                              what the network is fed and how it is read, where it is not as its head's convention:
                              (v * scale - mean) / std for v of 0 to 255; numbers may be fractions such as 1/255
          --threads N         threads of the network (1)
        """;

    private static readonly string[] Known =
    [
        "model", "card", "camera", "out", "draw", "frames", "threshold", "head", "classes", "size", "color", "scale", "mean", "std", "fit", "pad", "layout", "tile",
        "scores", "nms", "threads", "twin", "ffmpeg",
    ];

    public string? Draw { get; private init; }

    public long Frames { get; private init; } = long.MaxValue;

    public float? Threshold { get; private init; }

    public float? NmsIou { get; private init; }

    public string? Head { get; private init; }

    public string? Classes { get; private init; }

    public string? Scores { get; private init; }

    public InputOptions Input { get; private init; } = new();

    public int Threads { get; private init; } = 1;

    /// <summary>The twin's program; null takes the agent's default.</summary>
    public string? Twin { get; private init; }

    /// <summary>The ffmpeg program; null takes the agent's default.</summary>
    public string? Ffmpeg { get; private init; }

    /// <exception cref="UsageException">Something is missing or not understood.</exception>
    public static InferOptions Parse(IReadOnlyList<string> arguments)
    {
        var given = Pairs(arguments);
        return new(Needed(given, "model"), given.GetValueOrDefault("card"), Needed(given, "camera"), Needed(given, "out"))
        {
            Draw = given.GetValueOrDefault("draw"),
            Frames = Read(given, "frames", long.MaxValue, Whole),
            Threshold = Read<float?>(given, "threshold", null, text => Share(text)),
            NmsIou = Read<float?>(given, "nms", null, text => Share(text)),
            Head = given.GetValueOrDefault("head"),
            Classes = given.GetValueOrDefault("classes"),
            Scores = given.GetValueOrDefault("scores"),
            Input = Feeding(given),
            Threads = (int)Read(given, "threads", 1, Whole),
            Twin = given.GetValueOrDefault("twin"),
            Ffmpeg = given.GetValueOrDefault("ffmpeg"),
        };
    }

    private static Dictionary<string, string> Pairs(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var parts = arguments[i].Split('=', 2);
            var name = parts[0].StartsWith("--", StringComparison.Ordinal) ? parts[0][2..] : "";
            if (!Known.Contains(name, StringComparer.Ordinal))
            {
                throw new UsageException($"'{arguments[i]}' is not understood.\n{Usage}");
            }

            given[name] = parts.Length == 2 ? parts[1] : ++i < arguments.Count ? arguments[i] : throw new UsageException($"--{name} needs a value.\n{Usage}");
        }

        return given;
    }

    private static string Needed(Dictionary<string, string> given, string name) => given.TryGetValue(name, out var value) && value.Length > 0 ? value
        : throw new UsageException($"--{name} is missing.\n{Usage}");

    private static InputOptions Feeding(Dictionary<string, string> given)
    {
        var size = Read<(int Width, int Height)?>(given, "size", null, text => Size(text));
        return new InputOptions
        {
            WidthPx = size?.Width,
            HeightPx = size?.Height,
            Color = given.GetValueOrDefault("color"),
            Scale = Read<float?>(given, "scale", null, text => Number(text)),
            Mean = Read<float[]?>(given, "mean", null, Numbers),
            Std = Read<float[]?>(given, "std", null, Numbers),
            Fit = given.GetValueOrDefault("fit"),
            Pad = Read<byte?>(given, "pad", null, text => byte.Parse(text, CultureInfo.InvariantCulture)),
            Layout = given.GetValueOrDefault("layout"),
            TilePx = Read<int?>(given, "tile", null, text => (int)Whole(text)),
        };
    }

    private static T Read<T>(Dictionary<string, string> given, string name, T otherwise, Func<string, T> read)
    {
        try
        {
            return given.TryGetValue(name, out var text) ? read(text) : otherwise;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new UsageException($"--{name} {given[name]} is not understood.\n{Usage}", e);
        }
    }

    private static long Whole(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is > 0 and var number ? number : throw new FormatException();

    private static float Share(string text) => Number(text) is >= 0 and <= 1 and var share ? share : throw new FormatException();

    // people know 1/255, not 0.003921569
    private static float Number(string text) => text.Split('/') is [var above, var below]
        ? float.Parse(above, NumberStyles.Float, CultureInfo.InvariantCulture) / float.Parse(below, NumberStyles.Float, CultureInfo.InvariantCulture)
        : float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static float[] Numbers(string text) => [.. text.Split(',').Select(Number)];

    private static (int Width, int Height) Size(string text) => text.Split('x') is [var width, var height] ? ((int)Whole(width), (int)Whole(height)) : throw new FormatException();
}
