using Fleet.Contracts;

namespace Fleet.ControlPlane.HomeAssistant;

/// <summary>What Home Assistant is told of a device.</summary>
/// <param name="Id">The device.</param>
/// <param name="Site">Where it is, as an area; null where that is not known.</param>
/// <param name="AgentVersion">What its agent said; null before it reported.</param>
/// <param name="Console">Address of the console.</param>
/// <param name="Cameras">Its cameras.</param>
internal sealed record DiscoveredDevice(DeviceId Id, string? Site, string? AgentVersion, string Console, IReadOnlyList<DiscoveredCamera> Cameras);

/// <param name="Id">The camera.</param>
/// <param name="Wanted">The version it should run; null for none.</param>
/// <param name="Classes">What that version finds.</param>
/// <param name="Zones">Its zones.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record DiscoveredCamera(CameraId Id, VersionId? Wanted, IReadOnlyList<string> Classes, IReadOnlyList<Zone> Zones, IReadOnlyList<Line> Lines);
