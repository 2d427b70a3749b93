using Fleet.Contracts;
using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>Whether a tensor is what it claims to be, and carries it itself.</summary>
internal sealed class TensorRules(long fileBytes, OnnxLimits limits)
{
    /// <summary>Bytes of all checked tensors.</summary>
    public long Bytes { get; private set; }

    /// <summary>Elements of all checked tensors.</summary>
    public long Elements { get; private set; }

    /// <exception cref="ProblemException"><see cref="Problems.ModelUnsafe"/>, <see cref="Problems.ModelTooLarge"/> or <see cref="Problems.ModelNotOnnx"/>.</exception>
    public void Check(TensorProto tensor)
    {
        ThrowIfExternal(tensor);
        var count = Count(tensor.Name, tensor.Dims);
        var claimed = Onnx.Elements.Bytes(tensor.DataType, count);
        if (tensor.DataType != (int)TensorProto.Types.DataType.String && claimed > fileBytes)
        {
            throw new ProblemException(Problems.ModelTooLarge, $"Tensor '{Short(tensor.Name)}' claims {claimed} bytes in a file of {fileBytes}; the file is forged or damaged.");
        }

        if (Carried(tensor, claimed) is { } carried && carried != count)
        {
            throw new ProblemException(Problems.ModelNotOnnx, $"Tensor '{Short(tensor.Name)}' has the shape [{string.Join(',', tensor.Dims)}] but brings {carried} elements; the file is damaged.");
        }

        Bytes += (long)claimed;
        Elements += (long)count;
    }

    /// <summary>Refuses a value whose declared shape would not fit in memory; free dimensions count as 1.</summary>
    public void CheckDeclared(string name, int type, IEnumerable<long> dims)
    {
        var bytes = Onnx.Elements.Bytes(type, Count(name, dims));
        if (bytes > limits.MaxTensorBytes)
        {
            throw new ProblemException(Problems.ModelTooLarge, $"'{Short(name)}' is declared with {bytes} bytes; at most {limits.MaxTensorBytes} are allowed. Use a smaller input.");
        }
    }

    public static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private static Int128 Count(string name, IEnumerable<long> dims) => Onnx.Elements.Count(dims)
        ?? throw new ProblemException(Problems.ModelNotOnnx, $"'{Short(name)}' has a negative dimension; the file is damaged.");

    private static void ThrowIfExternal(TensorProto tensor)
    {
        if (tensor.DataLocation != TensorProto.Types.DataLocation.Default || tensor.ExternalData.Count > 0)
        {
            var location = tensor.ExternalData.FirstOrDefault(e => e.Key == "location")?.Value ?? "?";
            throw new ProblemException(Problems.ModelUnsafe, $"Tensor '{Short(tensor.Name)}' lies outside the file, in '{Short(location)}'; wanted is one self-contained file. Save the model with its weights inside.");
        }
    }

    /// <summary>Elements the tensor brings; null where a stored element may pack several.</summary>
    private static Int128? Carried(TensorProto tensor, Int128 claimed)
    {
        if (tensor.RawData.Length > 0)
        {
            return tensor.RawData.Length == claimed ? null : tensor.RawData.Length;
        }

        return (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => tensor.FloatData.Count,
            TensorProto.Types.DataType.Complex64 => tensor.FloatData.Count / 2,
            TensorProto.Types.DataType.Double => tensor.DoubleData.Count,
            TensorProto.Types.DataType.Complex128 => tensor.DoubleData.Count / 2,
            TensorProto.Types.DataType.Int64 => tensor.Int64Data.Count,
            TensorProto.Types.DataType.Uint32 or TensorProto.Types.DataType.Uint64 => tensor.Uint64Data.Count,
            TensorProto.Types.DataType.String => tensor.StringData.Count,
            _ => tensor.DataType <= (int)TensorProto.Types.DataType.Bfloat16 ? tensor.Int32Data.Count : null,
        };
    }
}
