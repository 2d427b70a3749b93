using System.Globalization;
using System.Runtime.InteropServices;

namespace Fleet.Bench;

/// <param name="Processor">Its name.</param>
/// <param name="Cores">Logical processors this program may use.</param>
/// <param name="MemoryBytes">Memory this program may use.</param>
/// <param name="System">Operating system.</param>
/// <param name="Runtime">.NET.</param>
/// <param name="LoadBefore">Processes that wanted to run in the minute before: a busy machine shows here.</param>
internal sealed record Machine(string Processor, int Cores, long MemoryBytes, string System, string Runtime, double LoadBefore)
{
    public static Machine Read() => new(
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture));
}
