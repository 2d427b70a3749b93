using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Devices;

/// <summary>The policy that devices take unless they have their own, over the API and down to the signed directive.</summary>
public sealed class FleetPolicyTests : IAsyncLifetime
{
    private TestControlPlane _fleet = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _fleet = await StartAsync();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Every_device_gets_it_in_a_new_directive_unless_its_labels_or_it_itself_have_another()
    {
        await using var plain = await TestDevice.EnrolAsync(_fleet, "edge-1");
        await using var lte = await TestDevice.EnrolAsync(_fleet, "edge-2", new() { ["link"] = "lte" });
        await Eventually.Is(async () => await DirectiveAsync(plain) is { Policy.Gather.BytesPerHour: 64 << 20 });
        var before = (await DirectiveAsync(plain))!.Generation;

        await SetAsync(new FleetPolicyRequest(Hourly(32), [new LabelPolicy("link=lte", Hourly(4))]), "\"0\"");
        await Eventually.Is(async () => await DirectiveAsync(plain) is { Policy.Gather.BytesPerHour: 32 << 20 });
        await Eventually.Is(async () => await DirectiveAsync(lte) is { Policy.Gather.BytesPerHour: 4 << 20 });
        Assert.True((await DirectiveAsync(plain))!.Generation > before);

        await _fleet.Http.PutAsync("/api/v1/devices/edge-2/policy", Json(Hourly(9), FleetJson.Strict.DevicePolicy), Cancel);
        await Eventually.Is(async () => await DirectiveAsync(lte) is { Policy.Gather.BytesPerHour: 9 << 20 });
        Assert.Equal((PolicyOrigin.Own, 9 << 20), await OfAsync("edge-2"));

        Assert.True((await _fleet.Http.DeleteAsync("/api/v1/devices/edge-2/policy", Cancel)).IsSuccessStatusCode);
        await Eventually.Is(async () => await DirectiveAsync(lte) is { Policy.Gather.BytesPerHour: 4 << 20 });
        Assert.Equal((PolicyOrigin.Labels, 4 << 20), await OfAsync("edge-2"));
        Assert.Equal((PolicyOrigin.Fleet, 32 << 20), await OfAsync("edge-1"));
    }

    [Fact]
    public async Task Is_changed_from_what_was_read_by_those_who_may_and_every_change_is_written_down()
    {
        using var viewer = _fleet.Client(await _fleet.KeyAsync(Role.Viewer));
        Assert.Equal("\"0\"", (await GetAsync()).ETag);

        var set = await SetAsync(new FleetPolicyRequest(Hourly(32), [new LabelPolicy("site=lab", Hourly(8))]), "\"0\"");
        var kept = await SetAsync(new FleetPolicyRequest(Hourly(16)), set.ETag);

        Assert.Equal((2, "anna", 16L << 20), (kept.Revision, kept.SetBy, kept.Policy.Gather.BytesPerHour));
        Assert.Equal("site=lab", Assert.Single((await GetAsync()).ByLabels).Selector);
        Assert.Equal("request.stale", (await ProblemAsync(await PutAsync(_fleet.Http, new FleetPolicyRequest(Hourly(1)), set.ETag))).Code);
        Assert.Equal("request.invalid", (await ProblemAsync(await PutAsync(_fleet.Http, new FleetPolicyRequest(Hourly(1)), ifMatch: null))).Code);
        Assert.Equal("auth.forbidden", (await ProblemAsync(await PutAsync(viewer, new FleetPolicyRequest(Hourly(1)), "*"))).Code);
        Assert.Equal(16L << 20, (await GetAsync()).Policy.Gather.BytesPerHour);
        var audit = await ReadAsync(await _fleet.Http.GetAsync("/api/v1/audit?act=/policy", Cancel), FleetJson.Strict.PageAuditEntry);
        Assert.Equal(2, audit.Items.Count(r => r is { Who: "anna", Status: 200 }));
        Assert.Contains(audit.Items, r => r.Status == 403);
    }

    [Fact]
    public async Task One_that_no_device_could_follow_is_refused_with_what_is_wrong_and_for_whom()
    {
        foreach (var (bad, says) in new (FleetPolicyRequest, string)[]
        {
            (new(Hourly(-1)), "The policy's gather.bytesPerHour is out of range"),
            (new(Hourly(1), [new LabelPolicy("link=lte", Hourly(-1))]), "For 'link=lte': The policy's gather.bytesPerHour"),
            (new(Hourly(1), [new LabelPolicy("link=(", Hourly(1))]), "'link=('"),
            (new(Hourly(1), [new LabelPolicy("a=b", Hourly(1)), new LabelPolicy("a=b", Hourly(2))]), "two policies for the selector 'a=b'"),
            (new(Hourly(1), [.. Enumerable.Range(0, 21).Select(i => new LabelPolicy($"a={i}", Hourly(1)))]), "at most 20"),
        })
        {
            Assert.Contains(says, (await ProblemAsync(await PutAsync(_fleet.Http, bad, "*"))).Detail, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await GetAsync()).Revision);
    }

    [Fact]
    public async Task Tells_who_differs_and_how_and_who_used_most_of_the_bytes()
    {
        await using var calm = await TestDevice.EnrolAsync(_fleet, "edge-1");
        await using var busy = await TestDevice.EnrolAsync(_fleet, "edge-2");
        await using var own = await TestDevice.EnrolAsync(_fleet, "edge-3");
        await _fleet.Http.PutAsync("/api/v1/devices/edge-3/policy", Json(Hourly(8) with { SamplesPerHour = 6 }, FleetJson.Strict.DevicePolicy), Cancel);
        await SayAsync(calm, thisHour: 1 << 20);
        await SayAsync(busy, thisHour: 60 << 20);

        PoliciesFound all = null!;
        await Eventually.Is(async () => (all = await FindAsync("mostUsedFirst=true")).Items.Count(d => d.Use is not null) == 2);

        Assert.Equal((3, 2, 0, 1), (all.Total, all.Fleet, all.Labels, all.Own));
        Assert.Equal(["edge-2", "edge-1", "edge-3"], all.Items.Select(d => d.Device.ToString()));
        Assert.Equal((7, 700, 5), (all.Items[0].Use!.Sent, all.Items[0].Use!.SentBytes, all.Items[0].Use!.GivenUp));
        var differing = Assert.Single((await FindAsync("origin=Own")).Items);
        Assert.Equal(
            [new PolicyDifference("gather.bytesPerHour", "67108864", "8388608"), new PolicyDifference("samplesPerHour", "60", "6")],
            differing.Differences.OrderBy(d => d.Setting, StringComparer.Ordinal));
        Assert.Equal((1, 3), ((await FindAsync("search=GE-2")).Total, (await FindAsync("take=0")).Total));
    }

    private static DevicePolicy Hourly(long mebibytes) => new() { Gather = new GatherPolicy { BytesPerHour = mebibytes << 20 } };

    private static Task SayAsync(TestDevice device, long thisHour) => SayAsync(device, new GatherCounters(
        new Dictionary<string, long>(), new Dictionary<string, long> { ["bytes"] = 3, ["disk"] = 2, ["alike"] = 90 }, Sent: 7, SentBytes: 700, thisHour, thisHour));

    private static async Task SayAsync(TestDevice device, GatherCounters gather)
    {
        await device.ConnectAsync();
        var now = TimeProvider.System.GetUtcNow();
        await device.PublishAsync(Topics.Telemetry(device.Id), new Telemetry(device.Id, now, now, [], 0, 0, 0, Gather: gather), FleetJson.Strict.Telemetry);
    }

    private Task<FleetPolicyResponse> SetAsync(FleetPolicyRequest policy, string ifMatch) => ShownAsync(PutAsync(_fleet.Http, policy, ifMatch));

    private Task<FleetPolicyResponse> GetAsync() => ShownAsync(_fleet.Http.GetAsync("/api/v1/policy", Cancel));

    private static async Task<FleetPolicyResponse> ShownAsync(Task<HttpResponseMessage> answer) => await ReadAsync(await answer, FleetJson.Strict.FleetPolicyResponse);

    private static async Task<HttpResponseMessage> PutAsync(HttpClient http, FleetPolicyRequest policy, string? ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policy") { Content = Json(policy, FleetJson.Strict.FleetPolicyRequest) };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await http.SendAsync(request, Cancel);
    }

    private async Task<(PolicyOrigin Origin, long BytesPerHour)> OfAsync(string device)
    {
        var policy = await ReadAsync(await _fleet.Http.GetAsync($"/api/v1/devices/{device}/policy", Cancel), FleetJson.Strict.DevicePolicyResponse);
        return (policy.Origin, policy.Policy.Gather.BytesPerHour);
    }

    private async Task<PoliciesFound> FindAsync(string query) =>
        await ReadAsync(await _fleet.Http.GetAsync($"/api/v1/device-policies?{query}", Cancel), FleetJson.Strict.PoliciesFound);

    private async Task<Desired?> DirectiveAsync(TestDevice device)
    {
        using var http = device.Http(_fleet);
        using var answer = await http.GetAsync("/device/v1/desired", Cancel);
        if (answer.StatusCode != System.Net.HttpStatusCode.OK)
        {
            return null;
        }

        using var envelope = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return JsonSerializer.Deserialize(envelope.RootElement.GetProperty("payload").GetBytesFromBase64(), FleetJson.Strict.Desired);
    }
}
