using Fleet.Contracts;

namespace Fleet.Shared.Tests.Contracts;

public sealed class CameraAddressTests
{
    [Theory]
    [InlineData("rtsp://u:p@host/live", "rtsp://u:***@host/live")]
    [InlineData("rtsp://u:p/w@rd#1@host:554/live", "rtsp://u:***@host:554/live")]
    [InlineData("rtsp://token@host/live", "rtsp://***@host/live")]
    [InlineData("http://host/v.cgi?user=a&pwd=b&channel=1#transport=udp", "http://host/v.cgi?user=***&pwd=***&channel=1#transport=udp")]
    [InlineData("rtsp://host/live", "rtsp://host/live")]
    [InlineData("/data/a@b:c.mp4", "/data/a@b:c.mp4")]
    [InlineData("twin:/scenes/dock.yaml?seed=7&fps=2", "twin:/scenes/dock.yaml?seed=7&fps=2")]
    public void Shows_all_but_the_secrets(string source, string shown) => Assert.Equal(shown, CameraAddress.Redact(source));

    [Theory]
    [InlineData("rtsp://u:***@host/other?token=***", "rtsp://u:p@host/other?token=t")]
    [InlineData("rtsp://v:new@host/live?token=***", "rtsp://v:new@host/live?token=t")]
    [InlineData("rtsp://u:***@host/live", "rtsp://u:p@host/live")]
    [InlineData("rtsp://u:***@elsewhere/live", null)]
    [InlineData("rtsp://v:***@host/live", null)]
    [InlineData("http://u:***@host/live", null)]
    [InlineData("rtsp://u:***@host/live?key=***", null)]
    public void Puts_secrets_back_for_the_same_user_and_host_alone(string given, string? restored) =>
        Assert.Equal(restored, CameraAddress.Restore(given, "rtsp://u:p@host/live?token=t"));

    [Fact]
    public void Takes_secrets_out_of_what_others_say_in_whatever_form_they_say_them()
    {
        const string Source = "rtsp://admin:a%3Ab%40c@host/live?token=xyz789";
        const string Said = "Impossible to open 'rtsp://admin:a%3Ab%40c@host/live?token=xyz789': a:b@c was refused, xyz789 too; redirected to http://root:toor@host/x";

        var clean = CameraAddress.Clean(Said, Source);

        Assert.Equal("Impossible to open 'rtsp://admin:***@host/live?token=***': *** was refused, *** too; redirected to http://root:***@host/x", clean);
    }
}
