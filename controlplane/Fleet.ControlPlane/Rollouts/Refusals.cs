using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.Trust;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Why a device would refuse a version, as far as its reports tell.</summary>
internal static class Refusals
{
    /// <summary>End of the name of a variant that only TensorRT runs well.</summary>
    private const string TensorRtSuffix = "-trt";

    /// <summary>What an agent reserves besides the files: twice the networks for engines, and a margin.</summary>
    private const int EngineShare = 2;
    private const long MarginBytes = 64L << 20;

    /// <param name="device">The device.</param>
    /// <param name="version">The version.</param>
    /// <param name="variant">Which of its variants.</param>
    /// <param name="missingBytes">What it has to fetch.</param>
    /// <param name="outboxBytes">What its policy lets its outbox take.</param>
    /// <param name="floor">Versions below which its publisher lets no device install; null where that does not bar this one.</param>
    /// <returns>One sentence; null where nothing speaks against it.</returns>
    public static string? Of(DeviceRow device, VersionResponse version, string variant, long missingBytes, long outboxBytes, ReleaseFloor? floor)
    {
        if (floor is not null)
        {
            return $"it would refuse it: its publisher lets devices install {floor}";
        }

        if (device.Reported is not { } reported)
        {
            return "it has never reported, so whether it can run this is not known";
        }

        return Before(reported, version.Card.Version) ?? Hardware(reported, variant) ?? Agent(reported, variant) ?? Disk(reported, version, variant, missingBytes, outboxBytes);
    }

    private static string? Before(Reported reported, VersionId version) =>
        reported.Updates.FirstOrDefault(u => u.Version == version && RolloutEvidence.EndedBadly(u.State)) is { } ended
            ? $"it would hardly take it: it ended this version before as {ended.State}{(ended.Problem is { } problem ? $": {problem.Detail}" : "")}"
            : null;

    // a provider that is not available is named with its reason after a colon
    private static string? Hardware(Reported reported, string variant) =>
        variant.EndsWith(TensorRtSuffix, StringComparison.Ordinal) && !reported.Facts.Providers.Any(p => p.Equals("TensorRT", StringComparison.OrdinalIgnoreCase))
            ? $"it would refuse it: {variant} is made for TensorRT, which it does not have{(reported.Facts.Providers.FirstOrDefault(p => p.StartsWith("TensorRT:", StringComparison.OrdinalIgnoreCase)) is { } why ? $" ({why})" : "")}"
            : null;

    private static string? Agent(Reported reported, string variant) =>
        variant == VariantNames.Auto && reported.Races is null ? $"it would refuse it: its agent {reported.Facts.AgentVersion} does not race variants; name one" : null;

    private static string? Disk(Reported reported, VersionResponse version, string variant, long missingBytes, long outboxBytes)
    {
        var networks = version.Card.Variants.Where(v => variant == VariantNames.Auto || v.Name == variant).Sum(v => v.SizeBytes);
        var wanted = missingBytes + (EngineShare * networks) + MarginBytes;
        return missingBytes > 0 && wanted > reported.Facts.DiskFreeBytes
            ? $"it would refuse it: it has {reported.Facts.DiskFreeBytes >> 20} MiB of disk free and needs {wanted >> 20} MiB, and up to {outboxBytes >> 20} MiB more for its outbox"
            : null;
    }
}
