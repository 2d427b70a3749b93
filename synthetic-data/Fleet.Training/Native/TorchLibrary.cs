using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fleet.Contracts;

namespace Fleet.Training.Native;

/// <summary>Lets TorchSharp's native library load on a system whose C++ library is that of GCC 12 (Debian 12).</summary>
/// <remarks>
/// The library names the symbol version GLIBCXX_3.4.32 for one start-up hook that none of its relocations uses.
/// GCC 12's libstdc++ ends at 3.4.30, so the loader refuses the file although it would run. Marking that one need
/// as weak is enough. TorchSharp reports the refusal as a missing package and copies half a gigabyte while it fails,
/// so the cure comes before the first call into it.
/// </remarks>
internal static class TorchLibrary
{
    private const string FileName = "libLibTorchSharp.so";
    private const string Version = "GLIBCXX_3.4.32";
    private const string HookOfVersion = "_ZSt21ios_base_library_initv";

    /// <summary>Cures the library beside this program where the system needs it.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Must run before the first call into TorchSharp, wherever that is.")]
    internal static void MakeLoadable()
    {
        var path = Path.Combine(AppContext.BaseDirectory, FileName);
        if (File.Exists(path) && !SystemHasVersion())
        {
            Cure(path);
        }
    }

    /// <summary>Cures the library at <paramref name="path"/>; the file is replaced whole or not at all.</summary>
    /// <returns>Whether it had to be changed.</returns>
    internal static bool Cure(string path)
    {
        var library = File.ReadAllBytes(path);
        if (!ElfVersionNeeds.Weaken(library, Version))
        {
            return false;
        }

        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(temporary, library);
            if (OperatingSystem.IsLinux())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ProblemException(
                Problems.ServerUnexpected,
                $"{path} needs a small change before this system can load it, and the folder is not writable: run fleet-training once as a user who may write there.",
                e);
        }

        return true;
    }

    private static bool SystemHasVersion() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, HookOfVersion, out _);
}
