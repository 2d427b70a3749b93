using Fleet.Agent.Cameras;
using Fleet.Agent.Drift;
using Fleet.Agent.State;
using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Drift;

/// <summary>What a camera is held against: the golden clip of its version, or the first frames that it gave.</summary>
public sealed class DriftReferenceTests : IDisposable
{
    private const int Kinds = 3;
    private static readonly GatherPolicy Policy = new() { DriftFrames = 200 };
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FrameEmbedding _embedder = new();
    private DriftWatches _watches;

    public DriftReferenceTests() => _watches = Open();

    private AgentPaths Paths => AgentPaths.Of(_folder.Path);

    private DriftState State => _watches.Of(A.Camera).Read()!;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_camera_that_shows_what_the_golden_clip_shows_has_no_alarm_and_one_that_does_not_has_until_it_does_again()
    {
        Serve(GoldenClipOf(Enumerable.Range(0, 40).Select(i => (Objects: 2 + (i % Kinds), Background: 20))));
        await ShowAsync(300, background: 20);

        Assert.Equal((DriftReference.GoldenClip, 40), (State.Reference, State.ReferenceFrames));
        Assert.Null(State.AlarmSince);
        Assert.InRange(State.Gap, 0, 0.2);

        await ShowAsync(300, background: 180);
        var since = State.AlarmSince;
        Assert.NotNull(since);
        Assert.True(State.IsPicture && State.Brightness > Policy.DriftAlarm, State.ToString());

        _time.Advance(TimeSpan.FromMinutes(5));
        await ShowAsync(150, background: 20);
        Assert.InRange(State.Gap, Policy.DriftEnd, Policy.DriftAlarm);
        Assert.Equal(since, State.AlarmSince);

        await ShowAsync(1500, background: 20);
        Assert.Null(State.AlarmSince);
    }

    [Fact]
    public async Task Finding_other_numbers_of_objects_than_the_golden_clip_expects_is_told_apart_from_another_picture()
    {
        Serve(GoldenClipOf(Enumerable.Range(0, 40).Select(i => (Objects: 2 + (i % Kinds), Background: 20))));
        await ShowAsync(300, background: 20, found: 0);

        Assert.True(State is { Counts: > 0.5, Brightness: < 0.1, Sharpness: < 0.1, Picture: < 0.1, IsPicture: false, AlarmSince: not null }, State.ToString());
    }

    [Fact]
    public async Task Without_a_golden_clip_the_first_frames_are_the_reference_and_stay_it_over_a_restart()
    {
        await ShowAsync(200, background: 20);
        Assert.Equal((DriftReference.FirstFrames, 200, 0), (State.Reference, State.ReferenceFrames, State.Frames));

        _watches = Open();
        await ShowAsync(100, background: 180);

        Assert.Equal((DriftReference.FirstFrames, 200, 100), (State.Reference, State.ReferenceFrames, State.Frames));
        Assert.NotNull(State.AlarmSince);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"version\":\"boxes@1\",\"ki")]
    public async Task A_stored_reference_that_a_power_cut_tore_is_made_anew(string left)
    {
        await ShowAsync(200, background: 20);
        await File.WriteAllTextAsync(Path.Combine(Paths.Choices, $"{A.Camera}.first.json"), left, TestContext.Current.CancellationToken);

        _watches = Open();
        await ShowAsync(60, background: 20);

        Assert.Equal((DriftReference.FirstFrames, 60), (State.Reference, State.ReferenceFrames));
    }

    private static byte[] GoldenClipOf(IEnumerable<(int Objects, int Background)> frames)
    {
        using var zip = new MemoryStream();
        new GoldenClip([.. frames.Select((f, i) => new GoldenFrame($"{i:000}.png", TestAgent.Squares(f.Objects, f.Background), Boxes(f.Objects)))]).Write(zip);
        return zip.ToArray();
    }

    private static List<Detection> Boxes(int count) => [.. Enumerable.Range(0, count).Select(i => A.Box(0.8f, i * 16))];

    private DriftWatches Open()
    {
        Directory.CreateDirectory(Paths.Choices);
        return new DriftWatches(new StateStore(Paths, NullLogger<StateStore>.Instance), new BlobStore(Paths), Paths, _time, NullLogger<DriftWatches>.Instance);
    }

    /// <summary>The version on the camera has this golden clip.</summary>
    private void Serve(byte[] clip)
    {
        var file = new TargetFile(Targets.GoldenClip(A.V1.Version), Digest.Of(clip), clip.Length);
        new StateStore(Paths, NullLogger<StateStore>.Instance).Change(s => s.With(new CameraSlots(A.Camera, A: A.V1 with { Files = [file] })));
        File.WriteAllBytes(new BlobStore(Paths).PathOf(file.Digest), clip);
        _watches = Open();
    }

    /// <summary>The camera shows 2 to 4 squares, and its version finds them, or as many as it is told to.</summary>
    private async Task ShowAsync(int frames, int background, int? found = null)
    {
        var watch = _watches.Of(A.Camera);
        var pictures = Enumerable.Range(2, Kinds).Select(n => Pictures.Decode(TestAgent.Squares(n, background))).ToList();
        var embedding = new sbyte[FrameEmbedding.Length];
        for (var i = 0; i < frames; i++)
        {
            var frame = pictures[i % Kinds];
            _embedder.Write(frame, embedding);
            watch.Look(frame, embedding, A.V1.Version, Boxes(found ?? (2 + (i % Kinds))), Policy);
            if (watch.Lacks is not null)
            {
                // a reference is brought beside the frame path; the frame that wanted it is not counted
                await _watches.RunOnceAsync(TestContext.Current.CancellationToken);
                i--;
            }
        }

        await _watches.RunOnceAsync(TestContext.Current.CancellationToken);
    }
}
