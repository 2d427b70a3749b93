namespace Fleet.Contracts;

/// <summary>The ways a network's outputs become detections. C is the number of classes; boxes are in px of the network's input unless said otherwise.</summary>
public static class HeadKinds
{
    /// <summary><c>peaks</c> f32[N,C,h,w] (sigmoid, all but local maxima zeroed) and <c>ltrb</c> f32[N,4,h,w] (distances in input px from the cell centre).</summary>
    public const string Fleet = "fleet";

    /// <summary>[1,anchors,5+C]: undecoded boxes on grids of stride 8, 16, 32 (and 64); objectness and classes after the sigmoid.</summary>
    public const string Yolox = "yolox";

    /// <summary>[1,3*anchors,5+C] or [1,anchors,5+C]: decoded (cx, cy, w, h, objectness, classes …), after the sigmoid.</summary>
    public const string YoloV5 = "yolov5";

    /// <summary>[1,4+C,anchors] or [1,anchors,4+C]: decoded (cx, cy, w, h, classes …), after the sigmoid; or [1,n,6]: (x1, y1, x2, y2, score, class) with suppression done.</summary>
    public const string YoloV8 = "yolov8";

    /// <summary>Scores [1,N,C] or [1,N,1+C] (background first) and boxes [1,N,4]: (x1, y1, x2, y2) as fractions of the input.</summary>
    public const string Ssd = "ssd";

    /// <summary>[1,5+C,h,w]: objectness, (tanh x, tanh y, sigmoid w, sigmoid h) undecoded, classes after the softmax.</summary>
    public const string FastestDet = "fastestdet";

    /// <summary>For each stride 8, 16, 32: classes [1,n,C] after the sigmoid and distance distributions [1,n,32]; or NanoDet-Plus, [1,n,C+32] for strides 8 to 64 together.</summary>
    public const string NanoDet = "nanodet";

    /// <summary>Heat [1,C,h,w], sizes [1,2,h,w] and offsets [1,2,h,w] (or none), in cells.</summary>
    public const string CenterNet = "centernet";

    /// <summary>YuNet's twelve outputs <c>cls_8 … kps_32</c>: one class, a face.</summary>
    public const string YuNet = "yunet";

    /// <summary>[1,C] or [1,C,1,1]: what the whole frame shows.</summary>
    public const string Classes = "classes";

    /// <summary>[tiles,C] or [tiles,1+C] (background first): what each tile of a frame shows; tiles that touch are one object.</summary>
    public const string Tiles = "tiles";

    /// <summary>[1,C,h,w] or [1,1+C,h,w] (background first): what each cell of a frame shows; cells that touch are one object.</summary>
    public const string Heatmap = "heatmap";

    /// <summary>Every name there is.</summary>
    public static IReadOnlyList<string> All { get; } = [Fleet, Yolox, YoloV5, YoloV8, Ssd, FastestDet, NanoDet, CenterNet, YuNet, Classes, Tiles, Heatmap];

    /// <summary>Strides of the grids of <see cref="Yolox"/> and <see cref="YoloV8"/>, px.</summary>
    public static IReadOnlyList<int> YoloxStrides { get; } = [8, 16, 32];

    /// <summary>Strides where there is a fourth grid, px.</summary>
    public static IReadOnlyList<int> FourStrides { get; } = [8, 16, 32, 64];

    /// <summary>Rows of a <see cref="Yolox"/> output for an input of this size.</summary>
    public static int YoloxAnchors(int widthPx, int heightPx) => Anchors(YoloxStrides, widthPx, heightPx);

    /// <summary>Cells of grids of these strides, each side rounded down.</summary>
    public static int Anchors(IReadOnlyList<int> strides, int widthPx, int heightPx) => strides.Sum(stride => (widthPx / stride) * (heightPx / stride));

    /// <summary>Cells of grids of these strides, each side rounded up.</summary>
    public static int AnchorsUp(IReadOnlyList<int> strides, int widthPx, int heightPx) => strides.Sum(stride => Up(widthPx, stride) * Up(heightPx, stride));

    /// <summary><paramref name="sidePx"/> over <paramref name="stride"/>, rounded up.</summary>
    public static int Up(int sidePx, int stride) => (sidePx + stride - 1) / stride;
}
