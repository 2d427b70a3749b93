using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Google.Protobuf;
using static Fleet.Onnx.Schema.TensorProto.Types;

namespace Fleet.Training.Graphs;

/// <summary>Numbers in and out of an ONNX initialiser, whichever of the format's storages it uses.</summary>
internal static class Tensors
{
    public static TensorProto Of(string name, float[] values, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Float };
        tensor.Dims.AddRange(shape.ToArray());
        Store(tensor, values);
        return tensor;
    }

    public static bool IsFloating(TensorProto tensor) => (DataType)tensor.DataType is DataType.Float or DataType.Float16 or DataType.Bfloat16 or DataType.Double;

    /// <summary>The values of a floating-point initialiser as float32.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelOperator"/>: another element type.</exception>
    public static float[] Floats(TensorProto tensor)
    {
        var raw = tensor.RawData.Span;
        return (DataType)tensor.DataType switch
        {
            DataType.Float when raw.Length > 0 => MemoryMarshal.Cast<byte, float>(raw).ToArray(),
            DataType.Float => [.. tensor.FloatData],
            DataType.Float16 when raw.Length > 0 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(raw).ToArray(), h => (float)h),
            DataType.Float16 => [.. tensor.Int32Data.Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))],
            DataType.Bfloat16 => Numbers.OfFloat(tensor)!,
            DataType.Double when raw.Length > 0 => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(raw).ToArray(), d => (float)d),
            DataType.Double => [.. tensor.DoubleData.Select(d => (float)d)],
            var other => throw Unsupported(tensor, other, "floating-point numbers"),
        };
    }

    /// <summary>The values of an integer initialiser.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelOperator"/>: another element type.</exception>
    public static long[] Integers(TensorProto tensor)
    {
        var raw = tensor.RawData.Span;
        return (DataType)tensor.DataType switch
        {
            DataType.Int64 when raw.Length > 0 => MemoryMarshal.Cast<byte, long>(raw).ToArray(),
            DataType.Int64 => [.. tensor.Int64Data],
            DataType.Int32 when raw.Length > 0 => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(raw).ToArray(), i => (long)i),
            DataType.Int32 => [.. tensor.Int32Data.Select(i => (long)i)],
            DataType.Uint8 or DataType.Bool when raw.Length > 0 => Array.ConvertAll(raw.ToArray(), b => (long)b),
            DataType.Int8 when raw.Length > 0 => Array.ConvertAll(raw.ToArray(), b => (long)(sbyte)b),
            DataType.Uint8 or DataType.Bool or DataType.Int8 => [.. tensor.Int32Data.Select(i => (long)i)],
            var other => throw Unsupported(tensor, other, "integers"),
        };
    }

    /// <summary>Writes <paramref name="values"/> into a floating-point initialiser in the element type it has.</summary>
    public static void Store(TensorProto tensor, float[] values)
    {
        tensor.FloatData.Clear();
        tensor.DoubleData.Clear();
        tensor.Int32Data.Clear();
        tensor.RawData = (DataType)tensor.DataType switch
        {
            DataType.Float => Bytes(values),
            DataType.Float16 => Bytes(Array.ConvertAll(values, v => (Half)v)),
            DataType.Bfloat16 => Bytes(Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))),
            DataType.Double => Bytes(Array.ConvertAll(values, v => (double)v)),
            var other => throw Unsupported(tensor, other, "floating-point numbers"),
        };
    }

    private static ByteString Bytes<T>(T[] values) where T : struct => ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));

    private static ProblemException Unsupported(TensorProto tensor, DataType type, string wanted) =>
        new(Problems.ModelOperator, $"The constant '{tensor.Name}' holds {type}, where {wanted} are wanted: this network cannot be trained here.");
}
