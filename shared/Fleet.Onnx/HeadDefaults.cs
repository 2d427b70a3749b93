using Fleet.Contracts;

namespace Fleet.Onnx;

/// <summary>What those who train a head feed its networks, where neither file nor user says otherwise.</summary>
internal static class HeadDefaults
{
    private static readonly float[] ImageNetMean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] ImageNetStd = [0.229f, 0.224f, 0.225f];

    /// <summary>The size of a network whose file leaves it free; null where nobody has a habit.</summary>
    public static int? SidePx(string head) => head switch { HeadKinds.YuNet or HeadKinds.YoloV5 or HeadKinds.YoloV8 => 640, _ => null };

    /// <summary>Scores below are noise, 0 to 1.</summary>
    public static float Threshold(string head) => head switch
    {
        HeadKinds.Ssd or HeadKinds.YuNet => 0.7f,
        HeadKinds.FastestDet => 0.6f,
        HeadKinds.NanoDet => 0.4f,
        HeadKinds.Classes or HeadKinds.Tiles or HeadKinds.Heatmap => 0.5f,
        _ => 0.3f,
    };

    /// <summary>Overlap from which the weaker box goes, 0 to 1.</summary>
    public static float? NmsIou(string head) => head switch
    {
        HeadKinds.Ssd or HeadKinds.YuNet => 0.3f,
        HeadKinds.FastestDet or HeadKinds.YoloV5 => 0.45f,
        HeadKinds.NanoDet => 0.6f,
        HeadKinds.YoloV8 => 0.7f,
        _ => null,
    };

    /// <summary>The names of a head's classes where everyone uses the same; null where they do not.</summary>
    public static IReadOnlyList<string>? Names(string head, int? count) =>
        count == ClassLists.Coco.Count && head is not (HeadKinds.Classes or HeadKinds.Tiles or HeadKinds.Heatmap) ? ClassLists.Coco
        : count == 1 && head is HeadKinds.YuNet or HeadKinds.Ssd ? ["face"]
        : null;

    /// <summary>Sources: the demo programs of YOLOX, Ultralytics, Ultra-Light-Fast-Generic-Face-Detector-1MB, FastestDet, NanoDet, CenterNet, OpenCV's FaceDetectorYN, Caffe and torchvision.</summary>
    /// <param name="head">One of <see cref="HeadKinds"/>.</param>
    /// <param name="plain">What the file says, and nothing else done to the pixels.</param>
    /// <param name="report">The file.</param>
    /// <param name="isUltralytics">It carries their metadata.</param>
    public static InputSpec Input(string head, InputSpec plain, OnnxReport report, bool isUltralytics)
    {
        var spec = plain.Color == "gray" || plain.Element == InputRules.UInt8 ? Plain(head, plain) : head switch
        {
            HeadKinds.Yolox => plain with { Color = "bgr", Fit = Fits.LetterboxTopLeft },
            HeadKinds.YoloV5 or HeadKinds.YoloV8 => plain with { Scale = 1f / 255 },
            HeadKinds.Ssd => plain with { Mean = [127, 127, 127], Std = [128, 128, 128], Fit = Fits.Stretch },
            HeadKinds.FastestDet => plain with { Color = "bgr", Scale = 1f / 255, Fit = Fits.Stretch },
            HeadKinds.NanoDet => plain with { Color = "bgr", Mean = [103.53f, 116.28f, 123.675f], Std = [57.375f, 57.12f, 58.395f], Pad = 0 },
            HeadKinds.CenterNet => plain with { Color = "bgr", Scale = 1f / 255, Mean = [0.408f, 0.447f, 0.470f], Std = [0.289f, 0.274f, 0.278f], Pad = 0 },
            HeadKinds.YuNet => plain with { Color = "bgr", Fit = Fits.LetterboxTopLeft, Pad = 0 },
            HeadKinds.Classes when isUltralytics => plain with { Scale = 1f / 255, Fit = Fits.Stretch },
            HeadKinds.Classes when IsCaffe(report) => plain with { Color = "bgr", Mean = [104, 117, 123], Fit = Fits.Stretch },
            HeadKinds.Classes => plain with { Scale = 1f / 255, Mean = ImageNetMean, Std = ImageNetStd, Fit = Fits.Stretch },
            HeadKinds.Tiles or HeadKinds.Heatmap => plain with { Scale = 1f / 255, Pad = 0 },
            _ => plain,
        };
        return Described(spec, report.Metadata);
    }

    // everything that Caffe's model zoo trained came in as OpenCV reads it, less the mean pixel of ImageNet
    private static bool IsCaffe(OnnxReport report) => report.Producer.Contains("caffe", StringComparison.OrdinalIgnoreCase);

    private static InputSpec Plain(string head, InputSpec plain)
    {
        var fit = head switch { HeadKinds.Yolox or HeadKinds.YuNet => Fits.LetterboxTopLeft, HeadKinds.Classes or HeadKinds.Ssd or HeadKinds.FastestDet => Fits.Stretch, _ => plain.Fit };
        var color = plain.Color != "gray" && head is HeadKinds.Yolox or HeadKinds.NanoDet or HeadKinds.YuNet or HeadKinds.FastestDet or HeadKinds.CenterNet ? "bgr" : plain.Color;
        var scale = plain.Element != InputRules.UInt8 && head is not (HeadKinds.Fleet or HeadKinds.Yolox or HeadKinds.YuNet) ? 1f / 255 : 1;
        return plain with { Color = plain.Color == "gray" ? "gray" : color, Fit = fit, Scale = scale };
    }

    // ONNX's own words for an image: github.com/onnx/onnx, docs/MetadataProps.md
    private static InputSpec Described(InputSpec spec, IReadOnlyDictionary<string, string> metadata)
    {
        var color = metadata.GetValueOrDefault("Image.BitmapPixelFormat") switch { "Rgb8" => "rgb", "Bgr8" => "bgr", _ => spec.Color };
        var described = spec.Color == "gray" ? spec : spec with { Color = color };
        return described.Element == InputRules.UInt8 ? described : metadata.GetValueOrDefault("Image.NominalPixelRange") switch
        {
            "NominalRange_0_255" => described with { Scale = 1, Mean = [], Std = [] },
            "Normalized_0_1" => described with { Scale = 1f / 255, Mean = [], Std = [] },
            "Normalized_1_1" => described with { Scale = 2f / 255, Mean = [.. Enumerable.Repeat(1f, InputRules.PlanesOf(described.Color))], Std = [] },
            _ => described,
        };
    }
}
