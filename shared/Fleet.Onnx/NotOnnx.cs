using Fleet.Contracts;
using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>Says in a sentence what a file is that is no ONNX model.</summary>
internal static class NotOnnx
{
    private const string Wanted = "wanted is an ONNX model file (.onnx, protobuf with a graph).";

    private static readonly (byte[] Magic, string Sentence)[] Known =
    [
        ([.. "version https://git-lfs"u8], "This is a Git LFS pointer, a text file that stands for the model; run 'git lfs pull' where it came from and give the real file."),
        ([0x50, 0x4B, 0x03, 0x04], "This is a zip archive (PyTorch and Keras files are such archives); export the network to ONNX first."),
        ([0x89, 0x48, 0x44, 0x46], "This is an HDF5 file, as Keras writes it; export the network to ONNX first."),
        ([.. "<"u8], "This is a web page or XML file, perhaps an error page that was saved as a model; fetch the real file."),
        ([.. "{"u8], "This is a JSON file; give the .onnx file that belongs to it."),
    ];

    public static void ThrowIfClearly(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new ProblemException(Problems.ModelNotOnnx, "The file is empty; " + Wanted);
        }

        foreach (var (magic, sentence) in Known)
        {
            if (bytes.StartsWith(magic))
            {
                throw new ProblemException(Problems.ModelNotOnnx, sentence);
            }
        }
    }

    public static ModelProto ThrowIfEmpty(ModelProto model, int sizeBytes) => model.Graph is { Node.Count: > 0 } && model.OpsetImport.Count > 0
        ? model
        : throw new ProblemException(Problems.ModelNotOnnx, $"The {sizeBytes} bytes hold no graph with operators and an operator set; " + Wanted);

    public static ProblemException Unreadable(long sizeBytes, Exception? cause) =>
        new(Problems.ModelNotOnnx, $"The {sizeBytes} bytes cannot be read as ONNX: damaged, cut off or of another kind; {Wanted} Send it again in full.", cause);
}
