using System.Reflection;
using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent;

/// <summary>What this device is.</summary>
internal static class DeviceFactsReader
{
    private static readonly Lazy<IReadOnlyList<string>> Providers = new(() => [.. ProviderLadder.Probe(new InferenceOptions()).Select(r => r.ToString())]);

    public static string AgentVersion { get; } = typeof(DeviceFactsReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static DeviceFacts Read(string dataFolder) => new(
        AgentVersion,
        RuntimeInformation.OSDescription,
        RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        DiskFreeBytes(dataFolder),
        Providers.Value);

    public static long DiskFreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;
}
