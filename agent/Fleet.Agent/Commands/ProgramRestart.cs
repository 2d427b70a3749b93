using System.Runtime.InteropServices;
using System.Text;

namespace Fleet.Agent.Commands;

/// <summary>Puts a fresh run of this program, with the same arguments, in the place of this one: the process keeps its number, so that whatever supervises it sees no end.</summary>
internal static partial class ProgramRestart
{
    /// <summary>Does not return.</summary>
    /// <exception cref="InvalidOperationException">The program could not be started again.</exception>
    public static void Now()
    {
        string?[] arguments = [.. Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).TrimEnd('\0').Split('\0'), null];
        Execute(File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)?.FullName ?? arguments[0]!, arguments);
        throw new InvalidOperationException($"The program could not be started again (error {Marshal.GetLastPInvokeError()}).");
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}
