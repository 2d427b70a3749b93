using Fleet.Contracts;
using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>Judges an ONNX file without running it.</summary>
public static class OnnxCheck
{
    /// <summary>Reads and judges the model in <paramref name="bytes"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelNotOnnx"/>, <see cref="Problems.ModelUnsafe"/>, <see cref="Problems.ModelTooLarge"/> or <see cref="Problems.ModelOperator"/>.</exception>
    public static OnnxReport Inspect(ReadOnlySpan<byte> bytes, OnnxLimits? limits = null) => throw new NotImplementedException();

    /// <summary>Reads <paramref name="stream"/> to its end, but never beyond the limit, and judges the model in it.</summary>
    /// <exception cref="ProblemException">As the other overload.</exception>
    public static Task<OnnxReport> InspectAsync(Stream stream, OnnxLimits? limits, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Whether the file can be used with <paramref name="head"/>; what the caller leaves null comes from the file's metadata, then from the head's convention.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: what was seen and what is wanted.</exception>
    public static HeadFit FitHead(OnnxReport report, string head, IReadOnlyList<string>? classes, InputSpec? input) => throw new NotImplementedException();
}

/// <summary>The 2:4 pattern of a network's weights.</summary>
public static class SparsityReport
{
    /// <summary>One entry for each Conv, Gemm and MatMul weight, in graph order.</summary>
    public static IReadOnlyList<LayerSparsity> Of(ModelProto model) => throw new NotImplementedException();

    /// <summary>Whether every group of 4 along the input channels of <paramref name="weights"/> has at most 2 non-zeros.</summary>
    /// <param name="weights">[out, in, taps], row by row.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="inputs">Input channels.</param>
    public static bool IsTwoOfFour(ReadOnlySpan<float> weights, int outputs, int inputs) => throw new NotImplementedException();
}

/// <summary>What Fleet writes into a file's metadata, so that the file alone is enough to use it.</summary>
public static class OnnxMetadata
{
    /// <summary>Key of the head.</summary>
    public const string Head = "fleet.head";

    /// <summary>Key of the class names, a JSON array.</summary>
    public const string Classes = "fleet.classes";

    /// <summary>Key of the input, an <see cref="InputSpec"/> as JSON.</summary>
    public const string Input = "fleet.input";

    /// <summary>Key of the score threshold.</summary>
    public const string Threshold = "fleet.threshold";

    /// <summary>Writes all four into <paramref name="model"/>, replacing what is there.</summary>
    public static void Set(ModelProto model, HeadFit fit) => throw new NotImplementedException();

    /// <summary>Reads what is there; null where the file says nothing.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: an entry cannot be read.</exception>
    public static DeclaredHead Get(IReadOnlyDictionary<string, string> metadata) => throw new NotImplementedException();
}

/// <summary>What a file declares in its metadata; null where it says nothing.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Classes">Its class names.</param>
/// <param name="Input">Its input.</param>
/// <param name="ScoreThreshold">Its threshold.</param>
public sealed record DeclaredHead(string? Head, IReadOnlyList<string>? Classes, InputSpec? Input, float? ScoreThreshold);
