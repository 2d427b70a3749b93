using Fleet.Agent.Drift;
using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Agent.Tests.Pipeline;

/// <summary>Pictures whose every pixel is white or black by turns: what is left of the pattern can be recognised.</summary>
public sealed class RedactionTests : IDisposable
{
    private static readonly Zone Desk = new("desk", [new(0.5, 0.5), new(1, 0.5), new(1, 1), new(0.5, 1)]);
    private static readonly DesiredCamera Camera = new(A.Camera, "rtsp://host/stream", Version: null, Fps: null, Loop: true, [Desk]);
    private readonly List<WaitingSample> _previews = [];
    private readonly SampleTriggers _triggers = new(A.Device, A.Camera, TimeProvider.System);
    private readonly CameraPipeline _pipeline;
    private DevicePolicy _policy = new() { RandomShare = 0, PreviewSeconds = 1e-6 };
    private Detection[] _seen = [];
    private long _frame;

    public RedactionTests()
    {
        var scene = new CameraScene(A.Device, new DeviceLoad(TimeProvider.System), new DriftWatch(A.Camera, TimeProvider.System), TimeProvider.System);
        var sinks = new FrameSinks(Camera, new FrameOutlets(_ => { }, _previews.Add, () => _policy), _triggers, scene, TimeProvider.System);
        _pipeline = new CameraPipeline(A.Camera, new FrameCounters(A.Camera, TimeProvider.System), new FramePool(), sinks, TimeProvider.System, NullLogger.Instance);
        _pipeline.Apply(Camera);
    }

    [Theory]
    [InlineData(RedactionKind.Blur)]
    [InlineData(RedactionKind.Fill)]
    public void Objects_of_a_class_are_unrecognisable_in_samples_and_live_pictures_and_the_rest_is_not(RedactionKind kind)
    {
        Rule(new Redaction(kind, Class: "person"));
        Show(Person(0.9f), A.Box(0.9f, 70));

        foreach (var picture in new[] { Kept().Single(), _previews.Single() })
        {
            Assert.True(Contrast(picture, 8, 8, 32, 32) < 40);
            Assert.True(Contrast(picture, 70, 10, 90, 30) > 150);
            Assert.Contains(picture.Frame.Detections, d => d.Label == "person");
        }
    }

    [Fact]
    public void A_person_below_the_threshold_is_covered_too()
    {
        Rule(new Redaction(RedactionKind.Fill, Class: "person"));
        Show([], [Person(0.2f)]);

        Assert.True(Contrast(Kept().Single(), 8, 8, 32, 32) < 40);
    }

    [Fact]
    public void A_person_that_the_network_missed_on_one_frame_is_covered_where_it_must_be()
    {
        Rule(new Redaction(RedactionKind.Fill, Class: "person"));
        _policy = _policy with { Gather = new GatherPolicy { NovelWeight = 0 } };
        for (var i = 0; i < 8; i++)
        {
            Show(i == 5 ? [] : [Person(0.9f)], []);
        }

        var sample = Kept().Single();
        Assert.Equal(TriggerNames.Flicker, sample.Frame.Trigger);
        Assert.True(Contrast(sample, 8, 8, 32, 32) < 40);
    }

    [Fact]
    public void A_zone_is_covered_whatever_is_found_in_it()
    {
        Rule(new Redaction(RedactionKind.Blur, Zone: "desk"));
        Show([], []);

        Assert.True(Contrast(Kept().Single(), 50, 50, 94, 94) < 40);
        Assert.True(Contrast(Kept(_previews), 0, 0, 40, 40) > 150);
    }

    [Fact]
    public async Task Where_nothing_looked_a_rule_by_class_covers_all()
    {
        Rule(new Redaction(RedactionKind.Blur, Class: "person"));
        var race = _pipeline.PicturesAsync(1, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        _pipeline.Look(Pattern());

        Assert.True(Contrast(_previews.Single(), 0, 0, 96, 96) < 40);
        Assert.True(Contrast(_previews.Single() with { Jpeg = (await race)[0] }, 0, 0, 96, 96) < 40);
    }

    public void Dispose() => _pipeline.Dispose();

    private static Detection Person(float score) => new("person", score, new Box(10, 10, 20, 20));

    private static WaitingSample Kept(List<WaitingSample> previews) => previews[^1];

    private static double Contrast(WaitingSample picture, int left, int top, int right, int bottom)
    {
        var frame = Agent.Cameras.Pictures.Decode(picture.Jpeg);
        var greys = Enumerable.Range(top, bottom - top).SelectMany(y => Enumerable.Range(left, right - left).Select(x => (int)frame.Span[(((y * frame.WidthPx) + x) * 3) + 1])).ToList();
        return greys.Max() - greys.Min();
    }

    private void Rule(Redaction rule) => _policy = _policy with { Redactions = [rule] };

    private void Show(params Detection[] found) => Show(found, []);

    private void Show(Detection[] found, Detection[] doubtful)
    {
        _seen = found;
        _pipeline.Switch(new Engine(A.V1, Digest.Of([1]), _ => new Sight(_seen, doubtful, 1), () => { }));
        _pipeline.Look(Pattern());
    }

    private Frame Pattern()
    {
        var frame = A.Frame(_frame++, 96, 96);
        for (var i = 0; i < frame.SizeBytes; i++)
        {
            var (x, y) = (i / 3 % 96, i / 3 / 96);
            frame.Pixels[i] = (byte)(((x / 2) + (y / 2)) % 2 == 0 ? 255 : 0);
        }

        return frame;
    }

    private List<WaitingSample> Kept() => [.. _triggers.End(long.MaxValue, _policy, isLast: true)?.Chosen.Select(c => c.Sample) ?? []];
}
