using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fleet.Training.Native;

/// <summary>Keeps the native library's warnings out of a run's log.</summary>
/// <remarks>
/// On a processor that one of its optional accelerators does not know, it says so once for each convolution: hundreds of lines
/// between those that tell how the training goes. Errors are still written. The library offers TORCH_CPP_LOG_LEVEL for it, and
/// reads that only where Python starts it; the number behind it can be set from anywhere.
/// </remarks>
internal static class TorchLog
{
    private const string FileName = "libc10.so";
    private const string Least = "FLAGS_caffe2_log_level";
    private const int Errors = 2;

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Must run before the first call into TorchSharp, wherever that is.")]
    internal static void ErrorsOnly()
    {
        var path = Path.Combine(AppContext.BaseDirectory, FileName);
        if (NativeLibrary.TryLoad(path, out var library) && NativeLibrary.TryGetExport(library, Least, out var level))
        {
            Marshal.WriteInt32(level, Errors);
        }
    }
}
