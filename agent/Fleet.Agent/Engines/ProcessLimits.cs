using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Fleet.Agent.Engines;

/// <summary>What a process does to itself before it touches what it does not trust.</summary>
internal static partial class ProcessLimits
{
    private const int Data = 2;
    private const int ProcessPriority = 0;
    private const int Behind = 10;

    /// <summary>
    /// No more private writable memory than <paramref name="bytes"/>: what asks for more is refused by the kernel; null sets no such limit. Address space alone is not limited, because .NET reserves much more of it than it uses.
    /// The process also goes behind all others at the processor, and is the first to go when the machine runs out of memory.
    /// </summary>
    /// <exception cref="Win32Exception">The kernel refused the limit.</exception>
    public static void Take(long? bytes)
    {
        var limit = new Limit { Soft = (ulong)(bytes ?? 0), Hard = (ulong)(bytes ?? 0) };
        if (bytes is not null && setrlimit(Data, in limit) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        _ = setpriority(ProcessPriority, 0, Behind);
        File.WriteAllText("/proc/self/oom_score_adj", "1000");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in Limit limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setpriority(int which, int who, int priority);

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
