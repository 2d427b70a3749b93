using Fleet.Contracts;

namespace Fleet.Onnx;

/// <summary>What an ONNX file says about itself; found by reading, not by running.</summary>
/// <param name="Inputs">Graph inputs that are fed at run time (initialised ones are left out).</param>
/// <param name="Outputs">Graph outputs.</param>
/// <param name="Metadata">The file's <c>metadata_props</c>.</param>
/// <param name="Operators">How often each operator is used, by domain; the domain "" is written <c>ai.onnx</c>.</param>
/// <param name="Opset">Version of the standard operator set; 0 when the file imports none.</param>
/// <param name="Nodes">Operators in all, subgraphs included.</param>
/// <param name="Parameters">Elements of all initialisers.</param>
/// <param name="InitializerBytes">Bytes of all initialisers.</param>
/// <param name="SizeBytes">Length of the file.</param>
/// <param name="Producer">Who wrote the file, by its own word.</param>
/// <param name="Sparsity">2:4 pattern of each convolution and matrix weight.</param>
/// <param name="OutputOperators">For each output, the operator that made its numbers, behind whatever only moves them: <c>Softmax</c>, <c>Sigmoid</c>, <c>Gemm</c> …</param>
public sealed record OnnxReport(
    IReadOnlyList<OnnxValue> Inputs,
    IReadOnlyList<OnnxValue> Outputs,
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Operators,
    long Opset,
    int Nodes,
    long Parameters,
    long InitializerBytes,
    long SizeBytes,
    string Producer,
    IReadOnlyList<LayerSparsity> Sparsity,
    IReadOnlyDictionary<string, string> OutputOperators);

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Element"><c>float32</c>, <c>uint8</c>, <c>int64</c> …; <c>unknown</c> when the file does not say.</param>
/// <param name="Shape">Its dimensions; empty when the file does not say.</param>
public sealed record OnnxValue(string Name, string Element, IReadOnlyList<OnnxDim> Shape)
{
    /// <summary>As in <c>images float32[1,3,320,320]</c>; a free dimension shows its symbol or <c>?</c>.</summary>
    public override string ToString() => $"{Name} {Element}[{string.Join(',', Shape)}]";
}

/// <summary>One dimension: a size, a symbol, or neither.</summary>
/// <param name="Size">Fixed size; null when free.</param>
/// <param name="Symbol">Name of a free dimension; null when it has none.</param>
public readonly record struct OnnxDim(long? Size, string? Symbol)
{
    /// <summary>Whether this dimension can be <paramref name="size"/>.</summary>
    public bool Allows(long size) => Size is null || Size == size;

    /// <summary>Size, symbol or <c>?</c>.</summary>
    public override string ToString() => Size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Symbol ?? "?";
}

/// <summary>What a file may be at most.</summary>
public sealed record OnnxLimits
{
    /// <summary>Length of the file.</summary>
    public long MaxFileBytes { get; init; } = 512L << 20;

    /// <summary>Operators, subgraphs included.</summary>
    public int MaxNodes { get; init; } = 50_000;

    /// <summary>Subgraphs within subgraphs.</summary>
    public int MaxNesting { get; init; } = 8;

    /// <summary>Bytes a single declared input, output or constant may need.</summary>
    public long MaxTensorBytes { get; init; } = 1L << 30;

    /// <summary>Parts (operators, attributes, tensors, names) the file is made of.</summary>
    public int MaxParts { get; init; } = 1_000_000;
}

/// <summary>What is said about a file when it is held against a head; null leaves it to the file, then to the head's convention.</summary>
public sealed record HeadRequest
{
    /// <summary>One of <see cref="HeadKinds"/>; null recognises it from metadata or shapes.</summary>
    public string? Head { get; init; }

    /// <summary>Class names in output order.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The whole input.</summary>
    public InputSpec? Input { get; init; }

    /// <summary>Parts of the input; they go before <see cref="Input"/> and the file.</summary>
    public InputOptions Options { get; init; } = new();

    /// <summary>One of <see cref="ScoreForms"/>.</summary>
    public string? Scores { get; init; }

    /// <summary>Calls classes <c>class 0</c>, <c>class 1</c> … where nobody names them, instead of refusing the file.</summary>
    public bool AllowUnnamed { get; init; }
}

/// <summary>How a file is used: what is left open in a registration, filled in from the file.</summary>
/// <param name="Head">One of <see cref="HeadKinds"/>.</param>
/// <param name="Classes">Class names in output order.</param>
/// <param name="Input">What the network is fed.</param>
/// <param name="ScoreThreshold">From the metadata, else the head's convention; null when neither says.</param>
/// <param name="NmsIou">The head's convention; null when it has none.</param>
/// <param name="Scores">One of <see cref="ScoreForms"/>; null where the head leaves nothing open.</param>
public sealed record HeadFit(string Head, IReadOnlyList<string> Classes, InputSpec Input, float? ScoreThreshold, float? NmsIou = null, string? Scores = null);
