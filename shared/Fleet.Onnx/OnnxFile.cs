using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.Onnx;

/// <summary>Reads and writes ONNX files as plain content; nothing here runs a model.</summary>
public static class OnnxFile
{
    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelNotOnnx"/>: the bytes are no ONNX model.</exception>
    public static ModelProto Read(string path) => Read(File.ReadAllBytes(path));

    /// <summary>Reads a model from <paramref name="bytes"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelNotOnnx"/>: the bytes are no ONNX model.</exception>
    public static ModelProto Read(ReadOnlySpan<byte> bytes)
    {
        NotOnnx.ThrowIfClearly(bytes);
        try
        {
            return NotOnnx.ThrowIfEmpty(ModelProto.Parser.ParseFrom(bytes), bytes.Length);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw NotOnnx.Unreadable(bytes.Length, e);
        }
    }

    /// <summary>The bytes of <paramref name="model"/>; the same model gives the same bytes.</summary>
    public static byte[] Write(ModelProto model) => model.ToByteArray();

    /// <summary>Writes <paramref name="model"/> to <paramref name="path"/>, through a temporary file beside it.</summary>
    public static void Write(ModelProto model, string path)
    {
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, Write(model));
        File.Move(temporary, path, overwrite: true);
    }
}
