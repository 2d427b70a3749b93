using System.Globalization;
using Fleet.Contracts;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

public sealed class MaintenanceWindowTests
{
    private const string Berlin = "Mon-Fri 22:00-05:00 Europe/Berlin";

    [Theory]
    [InlineData(Berlin, "2026-01-12T20:59Z", false)] // Monday, winter: 22:00 is 21:00 UTC
    [InlineData(Berlin, "2026-01-12T21:00Z", true)]
    [InlineData(Berlin, "2026-01-13T03:59Z", true)]
    [InlineData(Berlin, "2026-01-13T04:00Z", false)]
    [InlineData(Berlin, "2026-07-13T19:59Z", false)] // Monday, summer: 22:00 is 20:00 UTC
    [InlineData(Berlin, "2026-07-13T20:00Z", true)]
    [InlineData(Berlin, "2026-01-17T03:00Z", true)] // the night after Friday belongs to Friday
    [InlineData(Berlin, "2026-01-17T22:00Z", false)]
    [InlineData("Fri-Mon 00:00-24:00 UTC", "2026-01-18T12:00Z", true)] // over the end of the week
    [InlineData("Fri-Mon 00:00-24:00 UTC", "2026-01-20T00:00Z", false)]
    [InlineData("Sat,Tue 08:00-09:00 UTC", "2026-01-20T08:30Z", true)]
    public void Is_open_by_the_clock_of_its_place(string window, string at, bool open) => Assert.Equal(open, MaintenanceWindow.Parse(window).IsOpen(At(at), deviceZone: null));

    [Theory]
    [InlineData("daily 02:30-04:00 Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z")] // 02:30 is left out: it opens when the clock jumps
    [InlineData("daily 01:00-02:30 Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T00:00Z", "2026-03-29T01:00Z")] // and closes then
    [InlineData("daily 02:30-04:00 Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z", "2026-10-25T03:00Z")] // 02:30 comes twice: the first counts
    [InlineData("daily 01:00-02:30 Europe/Berlin", "2026-10-24T12:00Z", "2026-10-24T23:00Z", "2026-10-25T00:30Z")]
    [InlineData("daily 22:00-05:00 America/New_York", "2026-11-01T00:00Z", "2026-11-01T02:00Z", "2026-11-01T10:00Z")] // an hour longer
    [InlineData("daily 22:00-05:00 America/New_York", "2026-03-08T00:00Z", "2026-03-08T03:00Z", "2026-03-08T09:00Z")] // an hour shorter
    public void Opens_and_closes_right_when_clocks_change(string window, string from, string opens, string closes)
    {
        var parsed = MaintenanceWindow.Parse(window);

        Assert.Equal(At(opens), parsed.NextOpening(At(from), deviceZone: null));
        Assert.False(parsed.IsOpen(At(opens).AddMinutes(-1), deviceZone: null));
        Assert.True(parsed.IsOpen(At(opens), deviceZone: null));
        Assert.True(parsed.IsOpen(At(closes).AddMinutes(-1), deviceZone: null));
        Assert.False(parsed.IsOpen(At(closes), deviceZone: null));
    }

    [Fact]
    public void Without_a_zone_the_device_says_where_it_is_and_one_that_does_not_is_never_told()
    {
        var window = MaintenanceWindow.Parse("daily 22:00-23:00");
        var night = At("2026-01-12T21:30Z");

        Assert.True(window.IsOpen(night, "Europe/Berlin"));
        Assert.False(window.IsOpen(night, "UTC"));
        Assert.False(window.IsOpen(night, deviceZone: null));
        Assert.Null(window.NextOpening(night, "Atlantis/Nowhere"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mon-Fri")]
    [InlineData("Mon-Fri 22-05 UTC")]
    [InlineData("Mon-Fri 25:00-05:00 UTC")]
    [InlineData("Mon-Fri 22:00-05:60 UTC")]
    [InlineData("Mon-Wed-Fri 22:00-05:00 UTC")]
    [InlineData("Montag 22:00-05:00 UTC")]
    [InlineData("daily 24:00-05:00 UTC")]
    [InlineData("daily 22:00-05:00 Europe/Atlantis")]
    public void What_cannot_be_read_is_refused(string window) =>
        Assert.Equal(Problems.RolloutWindow, Assert.Throws<ProblemException>(() => MaintenanceWindow.Parse(window)).Kind);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
