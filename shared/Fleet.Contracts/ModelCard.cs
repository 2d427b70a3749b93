namespace Fleet.Contracts;

/// <summary>What a version declares and what was measured on it. It is a signed target itself, so a device trusts every field.</summary>
/// <remarks>What has a value of its own is set, not init, as in <see cref="DevicePolicy"/>.</remarks>
public sealed record ModelCard
{
    /// <summary>Which version this is.</summary>
    public required VersionId Version { get; init; }

    /// <summary>How outputs become detections: one of <see cref="HeadKinds"/>.</summary>
    public required string Head { get; init; }

    /// <summary>Class names in output order.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>What the network is fed.</summary>
    public required InputSpec Input { get; init; }

    /// <summary>Scores below are dropped, 0 to 1.</summary>
    public float ScoreThreshold { get; set; } = 0.3f;

    /// <summary>Of two boxes of a class that overlap more (intersection over union, 0 to 1), the weaker is dropped.</summary>
    public float NmsIou { get; set; } = 0.5f;

    /// <summary>The same network in its forms, at least one.</summary>
    public required IReadOnlyList<VariantFile> Variants { get; init; }

    /// <summary>Frames with expected outputs that a device must reproduce; absent only on a version that was registered without.</summary>
    public BlobRef? GoldenClip { get; init; }

    /// <summary>Figures measured by whoever made the version, such as <c>map50</c>; a name says its unit.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; set; } = new Dictionary<string, double>();

    /// <summary>Where the version comes from.</summary>
    public Lineage Lineage { get; set; } = new();

    /// <summary>2:4 pattern of each prunable layer; empty when not reported.</summary>
    public IReadOnlyList<LayerSparsity> Sparsity { get; set; } = [];

    /// <summary>What turns the network's scores into 0 to 1, one of <see cref="ScoreForms"/>; null takes what the head or the file's last operator says.</summary>
    public string? Scores { get; init; }

    /// <summary>A page (one HTML file) with what was measured, for people; devices never fetch it.</summary>
    public BlobRef? Report { get; init; }
}

/// <summary>What a network is fed: one image, or one image cut into tiles. A value v of 0 to 255 is fed as (v * scale - mean) / std of its plane.</summary>
/// <param name="Name">Name of the graph input.</param>
/// <param name="WidthPx">Width, px.</param>
/// <param name="HeightPx">Height, px.</param>
/// <param name="Element"><c>float32</c>, <c>float16</c> or <c>uint8</c>.</param>
/// <param name="Color"><c>rgb</c>, <c>bgr</c> or <c>gray</c>: order of the planes.</param>
/// <param name="Scale">Factor on values of 0 to 255: 1 leaves them, 1/255 maps to 0 to 1.</param>
/// <param name="Mean">Subtracted from each plane after <paramref name="Scale"/>; empty means 0.</param>
/// <param name="Std">Divides each plane after the mean; empty means 1.</param>
/// <param name="Fit"><c>letterbox</c> (centred), <c>letterbox-topleft</c> (padding right and below) or <c>stretch</c>.</param>
/// <param name="Pad">Grey value of the padding, 0 to 255.</param>
/// <param name="Layout"><c>nchw</c>, <c>nhwc</c> or <c>tiles</c>: order of the tensor's axes.</param>
/// <param name="TilePx">Side of a tile, px, where the layout is <c>tiles</c>; else 0.</param>
public sealed record InputSpec(
    string Name,
    int WidthPx,
    int HeightPx,
    string Element,
    string Color,
    float Scale,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Std,
    string Fit,
    byte Pad,
    string Layout = Layouts.Nchw,
    int TilePx = 0);

/// <summary>A blob by content.</summary>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="SizeBytes">Its length.</param>
public sealed record BlobRef(Digest Digest, long SizeBytes);

/// <summary>One ONNX file of a version.</summary>
/// <param name="Name"><c>fp32</c>, <c>fp32-2:4</c>, <c>int8</c> …</param>
/// <param name="Digest">SHA-256 of the file.</param>
/// <param name="SizeBytes">Its length.</param>
public sealed record VariantFile(string Name, Digest Digest, long SizeBytes);

/// <summary>Where a version comes from; every part is optional because a third party's file has none.</summary>
/// <param name="Parent">The version it was fine-tuned from.</param>
/// <param name="Run">The training run that made it.</param>
/// <param name="Snapshot">The dataset snapshot that was used.</param>
/// <param name="Scene">Digest of the scene file.</param>
/// <param name="Recipe">Digest of the recipe.</param>
/// <param name="Seed">Seed of the run.</param>
public sealed record Lineage(
    VersionId? Parent = null,
    TrainingRunId? Run = null,
    Digest? Snapshot = null,
    Digest? Scene = null,
    Digest? Recipe = null,
    long? Seed = null);

/// <summary>2:4 pattern of one layer.</summary>
/// <param name="Layer">Name of the weight.</param>
/// <param name="Shape">[out, in, kh, kw] or [out, in].</param>
/// <param name="Eligible">The published recipe prunes it: output channels are a multiple of 8, input channels of 16, no groups.</param>
/// <param name="Valid">Every group of 4 along the input channels has at most 2 non-zeros.</param>
/// <param name="MacShare">Share of the network's multiply-adds, 0 to 1.</param>
public sealed record LayerSparsity(string Layer, IReadOnlyList<long> Shape, bool Eligible, bool Valid, double MacShare);
