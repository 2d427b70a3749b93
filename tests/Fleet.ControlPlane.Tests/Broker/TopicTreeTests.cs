using System.Buffers;
using System.Text;
using Fleet.ControlPlane.Broker;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.ControlPlane.Tests.Broker;

public sealed class TopicTreeTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly TopicTree _tree;

    public TopicTreeTests() => _tree = new TopicTree(_time);

    [Fact]
    public void A_level_sums_up_what_is_below_it()
    {
        Hear("fleet/v1/devices/edge-1/telemetry", "{}");
        Hear("fleet/v1/devices/edge-1/telemetry", "{}");
        Hear("fleet/v1/devices/edge-1/events/dock", "{}");
        _time.Advance(TimeSpan.FromSeconds(1));
        Hear("fleet/v1/devices/edge-10/status", "{}");

        var devices = _tree.Below("fleet/v1/devices", find: null);
        var first = _tree.Below("fleet/v1/devices/edge-1", find: null);

        Assert.Equal("fleet", Assert.Single(_tree.Below("", find: null)).Name);
        Assert.Equal(["edge-1", "edge-10"], devices.Select(d => d.Name));
        Assert.Equal((2, 3L, 3, false), (devices[0].Topics, devices[0].Messages, devices[0].LastMinute, devices[0].HasMessage));
        Assert.Equal(_time.GetUtcNow(), devices[1].LastAt);
        Assert.Equal([("events", false), ("telemetry", true)], first.Select(n => (n.Name, n.HasMessage)));
        Assert.Equal("edge-10", Assert.Single(_tree.Below("fleet/v1/devices", "10/STATUS")).Name);
        Assert.Empty(_tree.Below("fleet/v1/dev", find: null));
    }

    [Fact]
    public void What_came_more_than_a_minute_ago_is_not_in_the_last_minute()
    {
        Hear("a/b", "1");
        _time.Advance(TimeSpan.FromSeconds(30));
        Hear("a/b", "2");
        Assert.Equal(2, _tree.Below("a", find: null)[0].LastMinute);

        _time.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal((2L, 1), (_tree.Below("a", find: null)[0].Messages, _tree.Below("a", find: null)[0].LastMinute));

        _time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(0, _tree.Below("a", find: null)[0].LastMinute);
        Assert.Equal("2", Text("a/b"));
    }

    [Fact]
    public void A_message_that_is_too_large_is_counted_and_never_shown_as_the_one_before()
    {
        Hear("a/b", "small");
        Hear("a/b", new string('x', TopicEntry.MaxKeptBytes + 1));

        Assert.Null(_tree.Find("a/b")!.Payload());
        Assert.Equal(2, _tree.Find("a/b")!.Figures(_time.GetUtcNow()).Messages);

        Hear("a/b", "less");
        Assert.Equal("less", Text("a/b"));
    }

    [Fact]
    public void When_it_is_full_the_topics_that_were_silent_longest_go()
    {
        var large = new string('x', TopicEntry.MaxKeptBytes);
        Hear("old/0", large);
        for (var i = 0; i <= TopicTree.MaxBytes / TopicEntry.MaxKeptBytes; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Hear($"new/{i}", large);
        }

        Assert.Null(_tree.Find("old/0"));
        Assert.NotNull(_tree.Find($"new/{TopicTree.MaxBytes / TopicEntry.MaxKeptBytes}"));
        Assert.InRange(_tree.Below("", find: null).Sum(n => n.Topics) * (long)TopicEntry.MaxKeptBytes, 1, TopicTree.MaxBytes);
    }

    [Fact]
    public void Topics_are_bounded_in_number_too()
    {
        for (var i = 0; i <= TopicTree.MaxTopics; i++)
        {
            _time.Advance(TimeSpan.FromTicks(1));
            Hear($"t/{i}", "");
        }

        Assert.Null(_tree.Find("t/0"));
        Assert.InRange(_tree.Below("", find: null).Sum(n => n.Topics), 1, TopicTree.MaxTopics);
    }

    [Theory]
    [InlineData("fleet/v1/devices/#", true)]
    [InlineData("fleet/v1/devices/+/telemetry", true)]
    [InlineData("fleet/v1/devices/edge-1/events/+", true)]
    [InlineData("fleet/#", true)]
    [InlineData("#", true)]
    [InlineData("homeassistant/#", true)]
    [InlineData("fleet/v1/devices/+/desired", false)]
    [InlineData("fleet/v1/devices/edge-1/commands/#", false)]
    [InlineData("+/+/+/+/desired", false)]
    [InlineData("$SYS/#", false)]
    [InlineData("$share/all/fleet/v1/devices/#", false)]
    [InlineData("elsewhere/#", false)]
    [InlineData("fleet/v1/devices/#/telemetry", false)]
    [InlineData("fleet/v1/dev#", false)]
    [InlineData("", false)]
    public void A_reader_subscribes_to_what_devices_say_and_to_nothing_else(string filter, bool allowed) => Assert.Equal(allowed, ReaderFilters.Allows(filter));

    private void Hear(string topic, string payload) => _tree.Hear(topic, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)), retained: false);

    private string Text(string topic) => Encoding.UTF8.GetString(_tree.Find(topic)!.Payload()!);
}
