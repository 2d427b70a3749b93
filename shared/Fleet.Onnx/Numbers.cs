using System.Runtime.InteropServices;
using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>Reads the elements of a tensor, whichever of its fields they lie in.</summary>
public static class Numbers
{
    /// <summary>The elements of an int64 tensor; null for another type.</summary>
    public static long[]? OfInt64(TensorProto tensor) => tensor.DataType != (int)TensorProto.Types.DataType.Int64 ? null
        : tensor.RawData.Length > 0 ? Raw<long>(tensor) : [.. tensor.Int64Data];

    /// <summary>The elements as float32: from float32, float16, bfloat16, float64, int8, uint8 and int32 tensors; null for another type.</summary>
    public static float[]? OfFloat(TensorProto tensor)
    {
        var raw = tensor.RawData.Length > 0;
        return (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => raw ? Raw<float>(tensor) : [.. tensor.FloatData],
            TensorProto.Types.DataType.Double => [.. (raw ? Raw<double>(tensor) : [.. tensor.DoubleData]).Select(v => (float)v)],
            TensorProto.Types.DataType.Float16 => [.. (raw ? Raw<ushort>(tensor) : [.. tensor.Int32Data.Select(v => (ushort)v)]).Select(v => (float)BitConverter.UInt16BitsToHalf(v))],
            TensorProto.Types.DataType.Bfloat16 => [.. (raw ? Raw<ushort>(tensor) : [.. tensor.Int32Data.Select(v => (ushort)v)]).Select(v => BitConverter.UInt32BitsToSingle((uint)v << 16))],
            TensorProto.Types.DataType.Int8 => [.. (raw ? Raw<sbyte>(tensor) : [.. tensor.Int32Data.Select(v => (sbyte)v)]).Select(v => (float)v)],
            TensorProto.Types.DataType.Uint8 => [.. (raw ? Raw<byte>(tensor) : [.. tensor.Int32Data.Select(v => (byte)v)]).Select(v => (float)v)],
            TensorProto.Types.DataType.Int32 => [.. (raw ? Raw<int>(tensor) : [.. tensor.Int32Data]).Select(v => (float)v)],
            _ => null,
        };
    }

    // ONNX is little-endian, and so is every machine .NET runs on
    private static T[] Raw<T>(TensorProto tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.RawData.Span).ToArray();
}
