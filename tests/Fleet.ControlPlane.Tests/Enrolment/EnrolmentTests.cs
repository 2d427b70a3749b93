using System.Net;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Enrolment;

public sealed class EnrolmentTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private readonly string _me = $"edge-{Guid.NewGuid():N}";
    private readonly TestControlPlane _fleet = shared.Fleet;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_enrols_and_is_listed_with_its_labels()
    {
        await using var device = await TestDevice.EnrolAsync(_fleet, _me, new() { ["ring"] = "canary" });

        var listed = await ReadAsync(await _fleet.Http.GetAsync("/api/v1/devices", Token), FleetJson.Strict.PageDeviceResponse);
        var mine = listed.Items.Single(d => d.Id == device.Id);
        Assert.Equal("canary", mine.Labels["ring"]);
        Assert.Equal("store-1", mine.Site);
    }

    [Fact]
    public async Task The_same_secret_and_key_give_the_same_certificate_and_another_key_is_refused()
    {
        var ticket = await TestDevice.TicketAsync(_fleet, _me);
        await using var device = TestDevice.New(_me);
        await using var thief = TestDevice.New(_me);

        var first = await ReadAsync(await device.AskToEnrolAsync(ticket), FleetJson.Strict.EnrolResponse);
        var again = await ReadAsync(await device.AskToEnrolAsync(ticket), FleetJson.Strict.EnrolResponse);
        var stolen = await ProblemAsync(await thief.AskToEnrolAsync(ticket));

        Assert.Equal(first.CertificatePem, again.CertificatePem);
        Assert.Equal(Problems.EnrolmentToken.Code, stolen.Code);
    }

    [Fact]
    public async Task An_unknown_secret_is_refused_and_a_bad_request_does_not_spend_the_token()
    {
        var ticket = await TestDevice.TicketAsync(_fleet, _me);
        await using var device = TestDevice.New(_me);
        using var stranger = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = new Uri(ticket.Url) };

        var unknown = await ProblemAsync(await device.AskToEnrolAsync(ticket with { Secret = new string('0', 64) }));
        var bad = await ProblemAsync(await stranger.PostAsync("/device/v1/enrol", Json(new EnrolRequest(ticket.Secret, "no PEM"), FleetJson.Strict.EnrolRequest), Token));

        Assert.Equal(Problems.EnrolmentToken.Code, unknown.Code);
        Assert.Equal(Problems.EnrolmentRequest.Code, bad.Code);
        Assert.Equal(HttpStatusCode.OK, (await device.AskToEnrolAsync(ticket)).StatusCode);
    }

    [Fact]
    public async Task A_revoked_device_is_refused_until_it_enrols_again_and_its_old_certificate_stays_dead()
    {
        await using var device = await TestDevice.EnrolAsync(_fleet, _me);
        using var http = device.Http(_fleet);
        Assert.True((await http.GetAsync("/device/v1/desired", Token)).IsSuccessStatusCode);

        await _fleet.Http.PostAsync($"/api/v1/devices/{_me}/revoke", null, Token);
        Assert.Equal(Problems.DeviceRevoked.Code, (await ProblemAsync(await http.GetAsync("/device/v1/desired", Token))).Code);

        await using var anew = await TestDevice.EnrolAsync(_fleet, _me);
        using var newHttp = anew.Http(_fleet);
        Assert.True((await newHttp.GetAsync("/device/v1/desired", Token)).IsSuccessStatusCode);
        Assert.Equal(Problems.DeviceRevoked.Code, (await ProblemAsync(await http.GetAsync("/device/v1/desired", Token))).Code);
    }

    [Fact]
    public async Task The_device_api_wants_a_certificate_and_lives_on_its_own_listener()
    {
        await using var device = await TestDevice.EnrolAsync(_fleet, _me);
        using var bare = device.Http(_fleet, withCertificate: false);
        using var http = device.Http(_fleet);

        Assert.Equal(Problems.AuthRequired.Code, (await ProblemAsync(await bare.GetAsync("/device/v1/desired", Token))).Code);
        Assert.Equal(Problems.RouteUnknown.Code, (await ProblemAsync(await _fleet.Http.GetAsync("/device/v1/desired", Token))).Code);
        Assert.Equal(Problems.RouteUnknown.Code, (await ProblemAsync(await http.GetAsync("/api/v1/devices", Token))).Code);
    }
}
