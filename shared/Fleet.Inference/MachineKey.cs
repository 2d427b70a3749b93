using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Inference;

/// <summary>What of a machine an engine depends on, in words.</summary>
internal static partial class MachineKey
{
    private const int Success = 0;
    private const int ComputeMajor = 75;
    private const int ComputeMinor = 76;

    /// <summary>Version of ONNX Runtime's native library.</summary>
    public static string Runtime => OrtEnv.Instance().GetVersionString();

    /// <summary>The processor and what it can do.</summary>
    public static string Processor()
    {
        const string Description = "/proc/cpuinfo";
        var facts = File.Exists(Description)
            ? File.ReadLines(Description).Where(l => l.StartsWith("model name", StringComparison.Ordinal) || l.StartsWith("flags", StringComparison.Ordinal) || l.StartsWith("Features", StringComparison.Ordinal)).Take(2)
            : [];
        return $"{RuntimeInformation.OSArchitecture}\n{string.Join('\n', facts)}";
    }

    /// <summary>The GPU, its architecture and driver, and TensorRT; a sentence that fits no engine where one of them cannot be asked.</summary>
    public static string Gpu(int index) => $"{Cuda(index)}\ndriver {Driver()}\nTensorRT {TensorRt()}";

    private static string Cuda(int index)
    {
        try
        {
            if (cuInit(0) != Success || cuDeviceGet(out var device, index) != Success
                || cuDeviceGetAttribute(out var major, ComputeMajor, device) != Success || cuDeviceGetAttribute(out var minor, ComputeMinor, device) != Success)
            {
                return "no GPU answers";
            }

            var name = new byte[128];
            _ = cuDeviceGetName(name, name.Length, device);
            _ = cuDriverGetVersion(out var version);
            return $"{System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0')} sm_{major}{minor} CUDA {version}";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return "no GPU driver";
        }
    }

    private static string Driver()
    {
        const string Description = "/proc/driver/nvidia/version";
        return File.Exists(Description) ? File.ReadLines(Description).FirstOrDefault() ?? "" : "unknown";
    }

    private static string TensorRt()
    {
        foreach (var library in (string[])["libnvinfer.so.11", "libnvinfer.so.10", "libnvinfer.so.8", "libnvinfer.so"])
        {
            if (NativeLibrary.TryLoad(library, out var handle) && NativeLibrary.TryGetExport(handle, "getInferLibVersion", out var version))
            {
                return $"{Marshal.GetDelegateForFunctionPointer<LibraryVersion>(version)()}";
            }
        }

        return "none";
    }

    [LibraryImport("libcuda.so.1")]
    private static partial int cuInit(uint flags);

    [LibraryImport("libcuda.so.1")]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport("libcuda.so.1")]
    private static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport("libcuda.so.1")]
    private static partial int cuDeviceGetName([Out] byte[] name, int length, int device);

    [LibraryImport("libcuda.so.1")]
    private static partial int cuDriverGetVersion(out int version);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int LibraryVersion();
}
