using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.ControlPlane.Timelines;
using Fleet.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Devices;

/// <summary>What happened to a device, in sentences.</summary>
public sealed class TimelineTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private static readonly VersionId Old = VersionId.Parse("carton@4");
    private static readonly VersionId New = VersionId.Parse("carton@5");
    private static readonly CameraId Dock = CameraId.Parse("dock");
    private readonly TestControlPlane _fleet = shared.Fleet;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_device_and_people_did_stands_in_its_timeline_once_newest_first()
    {
        await using var device = await TestDevice.EnrolAsync(_fleet, $"told-{Guid.NewGuid():N}");
        await _fleet.SetCameraAsync(device.Id, "dock");
        using var http = device.Http(_fleet);
        var first = Report(device.Id, [new ReportedCamera(Dock, CameraState.Failed, null, null, "no route to host")]);
        Assert.True((await http.PutAsync("/device/v1/reported", TestControlPlane.Json(first, FleetJson.Strict.Reported), Token)).IsSuccessStatusCode);
        await Eventually.Is(async () => (await SentencesAsync(device.Id)).Contains("dock gives no frames: no route to host."));
        Assert.True((await http.PutAsync("/device/v1/reported", TestControlPlane.Json(first with { Cameras = [new ReportedCamera(Dock, CameraState.Running, New, null, null)] }, FleetJson.Strict.Reported), Token)).IsSuccessStatusCode);
        await Eventually.Is(async () => (await SentencesAsync(device.Id)).Contains("dock runs carton@5."));

        var told = await SentencesAsync(device.Id);
        Assert.Equal(["dock runs carton@5.", "dock gives frames again.", "dock gives no frames: no route to host."], told.Take(3));
        Assert.Equal($"{_fleet.Admin.Name} set camera dock.", told[^1]);
        Assert.Equal(told.Count, told.Distinct().Count());

        // what was refused did not happen
        Assert.False((await _fleet.Http.PutAsync($"/api/v1/devices/{device.Id}/cameras/roof", TestControlPlane.Json(new CameraRequest("ftp://x"), FleetJson.Strict.CameraRequest), Token)).IsSuccessStatusCode);
        Assert.DoesNotContain(await SentencesAsync(device.Id), s => s.Contains("roof", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_device_was_asked_for_stands_in_its_timeline_and_what_was_refused_does_not()
    {
        await using var device = await TestDevice.EnrolAsync(_fleet, $"asked-{Guid.NewGuid():N}");
        foreach (var (request, isTaken) in new[] { (new CommandRequest(CommandKind.Restart), true), (new CommandRequest(CommandKind.Snapshot, CameraId.Parse("roof")), false) })
        {
            using var answer = await _fleet.Http.PostAsync($"/api/v1/devices/{device.Id}/commands", TestControlPlane.Json(request, FleetJson.Strict.CommandRequest), Token);
            Assert.Equal(isTaken, answer.IsSuccessStatusCode);
        }

        var told = await SentencesAsync(device.Id);
        Assert.Contains($"{_fleet.Admin.Name} told it to restart.", told);
        Assert.DoesNotContain(told, s => s.Contains("picture", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_newest_happenings_of_a_device_are_kept()
    {
        await using var device = await TestDevice.EnrolAsync(_fleet, $"kept-{Guid.NewGuid():N}");
        var timeline = _fleet.Services.GetRequiredService<Timeline>();
        await _fleet.ReadStoreAsync(async store =>
        {
            await timeline.WriteAsync(store, device.Id, [.. Enumerable.Range(0, Timeline.Kept + 20).Select(i => new HappeningDraft(HappeningKind.Problem, null, $"{i}"))], Token);
            return true;
        });

        var told = await SentencesAsync(device.Id);
        Assert.Equal((Timeline.Kept, $"{Timeline.Kept + 19}", "20"), (told.Count, told[0], told[^1]));
    }

    [Fact]
    public void A_report_that_says_the_same_tells_nothing() =>
        Assert.Empty(HappeningPlanner.Between(Busy(UpdateState.Watching), Busy(UpdateState.Watching)));

    [Theory]
    [InlineData(UpdateState.Committed, "carton@5 is committed on dock: 40 frames completed while it was watched, 1 frame lost.", true)]
    [InlineData(UpdateState.RolledBack, "carton@5 was rolled back on dock: it was three times slower.", false)]
    [InlineData(UpdateState.Activating, null, null)]
    public void The_end_of_an_update_is_told_and_its_steps_are_not(UpdateState state, string? sentence, bool? good)
    {
        var told = HappeningPlanner.Between(Busy(UpdateState.Preparing), Busy(state)).ToList();

        Assert.Equal(sentence is null ? [] : [new HappeningDraft(HappeningKind.Version, good, sentence)], told);
    }

    [Fact]
    public void A_problem_a_race_and_another_version_are_told()
    {
        var before = Report(DeviceId.Parse("edge"), [new ReportedCamera(Dock, CameraState.Running, Old, null, null)]);
        var race = new ReportedRace(New, [new ReportedRaceRow("int8", "int8", "CPU", 5, 7.25, "holds", true, null)], null, DateTimeOffset.UnixEpoch, "20 golden frames");
        var after = before with { Cameras = [before.Cameras[0] with { Version = New }], Problems = [new ReportedProblem("disk.full", "No byte is left.")], Races = [race] };

        Assert.Equal(
            ["dock went from carton@4 to carton@5.", "It reports a problem: No byte is left.", "The variants of carton@5 raced: int8 serves, p95 7.3 ms."],
            HappeningPlanner.Between(before, after).Select(h => h.Sentence));
        Assert.Equal("A problem is over: No byte is left.", HappeningPlanner.Between(after, after with { Problems = [] }).Single().Sentence);
    }

    private static Reported Busy(UpdateState state) => Report(DeviceId.Parse("edge"), []) with
    {
        Updates = [new ReportedUpdate(Dock, New, state, 0.5, state == UpdateState.RolledBack ? new ReportedProblem("x.y", "it was three times slower.") : null, 1, null, 1, 40)],
    };

    private static Reported Report(DeviceId device, IReadOnlyList<ReportedCamera> cameras) =>
        new(device, 1, 1, DateTimeOffset.UnixEpoch, new DeviceFacts("1.0", "Debian", "x64", 2, 1, 1, []), cameras, [], []);

    private async Task<List<string>> SentencesAsync(DeviceId device) =>
        [.. (await TestControlPlane.ReadAsync(await _fleet.Http.GetAsync($"/api/v1/devices/{device}/timeline?limit=500", Token), FleetJson.Strict.PageHappening)).Items.Select(h => h.Sentence)];
}
