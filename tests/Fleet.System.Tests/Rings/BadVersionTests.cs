using System.Globalization;
using System.Runtime.CompilerServices;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.SystemTests.Rings;

/// <summary>A version that is bad in a way that nobody noticed reaches the first ring and nobody else. FLEET_RING_DEVICES says how many agents there are; twenty of them want minutes of two cores to themselves.</summary>
public sealed class BadVersionTests
{
    private const int Canaries = 2;
    private const string Usual = "5";

    // frames of the champion that a guard has to compare with
    private const int Known = 10;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly (Flaw Flaw, string[] Says)[] Kinds =
    [
        (Flaw.Slow, ["ms a frame, the version before", "allowed is 50 times as much"]),
        (Flaw.WrongClasses, ["Golden frame 000.png", "square", "was expected"]),
        (Flaw.Crashes, ["The agent went down 4 times", "watching"]),
        (Flaw.HalfBlind, ["gate, detections against the version before", "2 objects per frame, 4 with squares@1"]),
        (Flaw.CannotBuild, ["squares@6, fp32"]),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_kind_of_bad_version_stops_at_the_first_of_three_rings_and_a_good_one_reaches_all()
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var fleet = await SquareFleet.StartAsync(int.Parse(Environment.GetEnvironmentVariable("FLEET_RING_DEVICES") is { Length: > 0 } set ? set : Usual, CultureInfo.InvariantCulture), Cancelled);
        var champion = await fleet.ReleaseAsync(1, Flaw.None, Cancelled);
        var bad = new List<VersionResponse>();
        foreach (var (flaw, _) in Kinds)
        {
            bad.Add(await fleet.ReleaseAsync(1, flaw, Cancelled));
        }

        var good = await fleet.ReleaseAsync(0.99f, Flaw.None, Cancelled);
        Note(began, "enrolled and released");

        var first = await fleet.Client.Rollouts.StartAsync(new RolloutRequest(champion.Card.Version, Variant: null, [new RingRequest("all", "*")]), Cancelled);
        fleet.StartAgents();
        await EndsAsync(fleet, first.Id, RolloutState.Finished);
        await ServesAsync(fleet, champion, Patience);
        Note(began, "the champion serves on all");

        var touched = new HashSet<DeviceId>();
        fleet.IsDeadly(bad[2].Card.Version);
        foreach (var ((flaw, says), version) in Kinds.Zip(bad))
        {
            await StopsAtTheFirstRingAsync(fleet, champion, version, says);
            touched.UnionWith(await TouchedAsync(fleet, version));
            Assert.InRange(touched.Count, 1, Canaries);
            Note(began, $"{flaw} was stopped");
        }

        await ReachesAllAsync(fleet, champion, good, fleet.Devices.First(d => !touched.Contains(d)));
        Note(began, "the good one serves on all");
    }

    private static async Task StopsAtTheFirstRingAsync(SquareFleet fleet, VersionResponse champion, VersionResponse bad, string[] says)
    {
        var started = await StartAsync(fleet, bad);
        var stopped = await EndsAsync(fleet, started.Id, RolloutState.RolledBack);
        await ServesAsync(fleet, champion, SquareFleet.Watch);

        var verdict = stopped.Log[^1].Text;
        Assert.Equal((0, Canaries), (stopped.Open, stopped.Rings[0].Devices));
        Assert.All(await fleet.ReadAsync(Cancelled), d => Assert.Equal(champion.Card.Version, d.Cameras[0].Wanted));
        Assert.Contains(stopped.Log, l => l.Text == "Ring canary opens with 2 devices and 2 cameras.");
        Assert.Contains("devices of ring canary failed, 0 are allowed", verdict, StringComparison.Ordinal);
        Assert.All(says, part => Assert.Contains(part, verdict, StringComparison.Ordinal));
        await LostNothingAsync(fleet);
    }

    /// <summary>Devices that ever heard of a version, or have anything of it on their disks.</summary>
    private static async Task<IEnumerable<DeviceId>> TouchedAsync(SquareFleet fleet, VersionResponse version)
    {
        var touched = (await fleet.ReadAsync(Cancelled)).Where(d => d.Reported!.Updates.Any(u => u.Version == version.Card.Version)).Select(d => d.Id);
        touched = touched.Union(fleet.Devices.Where(d => fleet.HasSeen(d, version.Card.Variants[0].Digest))).ToList();
        Assert.NotEmpty(touched);
        return touched;
    }

    /// <summary>A good version: in the shadow first, as a difference to the one before, and past a control plane that is killed.</summary>
    private static async Task ReachesAllAsync(SquareFleet fleet, VersionResponse champion, VersionResponse good, DeviceId spoilt)
    {
        fleet.SpoilFile(spoilt, champion.Card.Variants[0].Digest);
        var rollout = await StartAsync(fleet, good, shadow: true, new Guard(GuardKind.ShadowAgreement, 0.9, MinFrames: 12, InRow: 1));
        await UntilAsync(async () => (await fleet.Client.Rollouts.GetAsync(rollout.Id, Cancelled)).Open > 0, fleet, Patience);
        await fleet.KillControlPlaneAsync(Cancelled);

        var last = await EndsAsync(fleet, rollout.Id, RolloutState.Finished);
        await ServesAsync(fleet, good, Patience);
        Assert.Equal((Canaries, fleet.Devices.Count), (last.Rings[0].Devices, last.Rings.Sum(r => r.Committed)));
        Assert.All(last.Rings, ring => Assert.NotEqual(0, ring.Devices));
        Assert.Equal((Canaries, 0), (last.Rings[0].Shadow!.Passed, last.Rings[0].Shadow!.Refused));
        Assert.Contains(last.Log, l => l.Text == "Ring canary opens with 2 devices and 2 cameras, in the shadow first.");
        Assert.All(await fleet.ReadAsync(Cancelled), d => Assert.Equal(good.Card.Variants[0].Digest, d.Reported!.Cameras[0].Digest));
        await LostNothingAsync(fleet);

        // only the difference travelled, but to the one whose old file is not what was signed
        Assert.Contains("models/squares/7/fp32.onnx is fetched whole; its parcel was of no use", fleet.LogOf(spoilt), StringComparison.Ordinal);
        Assert.All(fleet.Devices.Where(d => d != spoilt), d => Assert.Matches(@"models/squares/7/fp32\.onnx came as a parcel of \d+ bytes instead of \d+; it builds on models/squares/\d", fleet.LogOf(d)));
    }

    private static Task<RolloutResponse> StartAsync(SquareFleet fleet, VersionResponse version, bool shadow = false, params Guard[] more) => fleet.Client.Rollouts.StartAsync(
        new RolloutRequest(
            version.Card.Version,
            Variant: null,
            [new RingRequest("canary", "*", Count: Canaries, Shadow: shadow), new RingRequest("third", "*", Percent: 30), new RingRequest("rest", "*")],
            [new Guard(GuardKind.DetectionBand, 0.3, MinFrames: 8, InRow: 2), .. more]),
        Cancelled);

    private static async Task<RolloutResponse> EndsAsync(SquareFleet fleet, RolloutId id, RolloutState state)
    {
        RolloutResponse? now = null;
        await UntilAsync(
            async () =>
            {
                now = await fleet.Client.Rollouts.GetAsync(id, Cancelled);
                return now.State is not RolloutState.Running;
            },
            fleet, Patience);
        Assert.True(now!.State == state, string.Join('\n', now.Log.Select(l => l.Text)));
        return now;
    }

    /// <summary>Installed is not enough: on all devices it completes frames, more of them from look to look.</summary>
    private static async Task ServesAsync(SquareFleet fleet, VersionResponse version, TimeSpan within)
    {
        Dictionary<DeviceId, long>? first = null;
        await UntilAsync(
            async () =>
            {
                var cameras = (await fleet.ReadAsync(Cancelled)).Select(d => d.Cameras[0]).ToList();
                if (!cameras.TrueForAll(c => c.State == CameraState.Running && c.Running == version.Card.Version && c.Completed >= Known))
                {
                    first = null;
                    return false;
                }

                first ??= cameras.ToDictionary(c => c.Device, c => c.Completed);
                return cameras.TrueForAll(c => c.Completed > first[c.Device]);
            },
            fleet, within);
    }

    private static Task UntilAsync(Func<Task<bool>> condition, SquareFleet fleet, TimeSpan within, [CallerMemberName] string what = "") => Eventually.Is(
        async () =>
        {
            fleet.Check();
            try
            {
                return await condition();
            }
            catch (ProblemException e) when (e.Kind.Fault is Fault.Busy)
            {
                return false;
            }
        },
        within, what, Look);

    private static async Task LostNothingAsync(SquareFleet fleet) =>
        Assert.All((await fleet.ReadAsync(Cancelled)).SelectMany(d => d.Reported!.Updates), u => Assert.Equal(0, u.FramesLost));

    private static void Note(long began, string what) => TestContext.Current.TestOutputHelper?.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds,6:0.0} s  {what}"));
}
