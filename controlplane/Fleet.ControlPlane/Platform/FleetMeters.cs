using System.Diagnostics.Metrics;

namespace Fleet.ControlPlane.Platform;

/// <summary>The program's own meter, shown at <c>/metrics</c>.</summary>
internal sealed class FleetMeters(IMeterFactory factory)
{
    public const string Name = "Fleet.ControlPlane";

    public Meter Meter { get; } = factory.Create(Name);
}
