using Fleet.Contracts;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

public sealed class AdmissionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 12, 21, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_site_gets_as_much_as_its_hour_allows_and_the_rest_waits_until_there_is_room()
    {
        var traffic = new Traffic([], new ByteCaps(PerSiteHour: 2500), [new Sent(Now.AddMinutes(-20), "north", 1000)], Now);

        var admission = Admission.Of([Device("n1", "north"), Device("n2", "north"), Device("s1", "south"), Device("s2", "south")], traffic);

        Assert.Equal(["n1", "s1", "s2"], admission.Told.Select(d => d.Device.ToString()));
        var held = Assert.Single(admission.Held);
        Assert.Equal((HeldBy.SiteCap, Now.AddMinutes(40)), (held.By, held.Until!.Value));
    }

    [Fact]
    public void What_a_device_has_already_costs_nothing() =>
        Assert.Equal(2, Admission.Of([Device("a", "north"), Device("b", "north") with { Bytes = 0 }], new Traffic([], new ByteCaps(PerHour: 1000), [], Now)).Told.Count);

    [Fact]
    public void Outside_its_window_and_offline_a_device_waits_and_says_until_when()
    {
        var traffic = new Traffic([MaintenanceWindow.Parse("daily 22:00-05:00")], null, [], Now);

        var admission = Admission.Of([Device("b", "x", "Europe/Berlin"), Device("u", "x", "UTC"), Device("z", "x"), Device("o", "x", "Europe/Berlin") with { Online = false }], traffic);

        Assert.Equal(["b"], admission.Told.Select(d => d.Device.ToString()));
        Assert.Equal([(HeldBy.Window, Now.AddMinutes(30)), (HeldBy.NoZone, (DateTimeOffset?)null), (HeldBy.Offline, null)], admission.Held.Select(h => (h.By, h.Until)));
        Assert.Equal(", 1 offline (o), 1 outside their window until Mon 12 Jan 22:00 UTC (u), 1 without a label time-zone, which the window needs (z)", Admission.Words(admission.Held));
    }

    private static DeviceEvidence Device(string id, string site, string? zone = null) =>
        new(DeviceId.Parse(id), 0, Standing.Untold, Online: true) { Site = site, TimeZone = zone, Bytes = 1000 };
}
