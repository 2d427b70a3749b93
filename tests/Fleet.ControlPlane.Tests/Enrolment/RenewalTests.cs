using System.Net;
using System.Net.Security;
using System.Text;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using MQTTnet.Protocol;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Enrolment;

/// <summary>A device changes its certificate, loses it to a thief, or comes back too late.</summary>
public sealed class RenewalTests(RunningPlane plane) : IClassFixture<RunningPlane>, IAsyncLifetime
{
    private readonly string _me = $"edge-{Guid.NewGuid():N}";
    private readonly TestControlPlane _fleet = plane.Server;
    private TestDevice _device = null!;
    private HttpClient _old = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _device = await TestDevice.EnrolAsync(_fleet, _me);
        _old = _device.Http(_fleet);
    }

    public async ValueTask DisposeAsync()
    {
        _old.Dispose();
        await _device.DisposeAsync();
    }

    [Fact]
    public async Task The_same_key_gets_the_same_certificate_until_it_is_used_and_the_old_one_serves_meanwhile()
    {
        var first = await ReadAsync(await _device.AskToRenewAsync(_old), FleetJson.Strict.RenewResponse);
        var again = await ReadAsync(await _device.AskToRenewAsync(_old), FleetJson.Strict.RenewResponse);

        Assert.Equal(first, again);
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(_old));
    }

    [Fact]
    public async Task The_old_certificate_serves_a_short_while_after_the_new_one_was_used_and_asks_for_none()
    {
        using var renewed = await RenewAsync();

        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(renewed));
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(_old));
        Assert.Equal(Problems.DeviceRevoked.Code, (await ProblemAsync(await _device.AskToRenewAsync(_old))).Code);

        await WhileHasPassedAsync();
        Assert.Equal(Problems.DeviceRevoked.Code, (await ProblemAsync(await _old.GetAsync("/device/v1/desired", Token))).Code);
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(renewed));
    }

    [Fact]
    public async Task A_connection_with_the_new_certificate_takes_over_and_stays_when_the_old_one_is_dead()
    {
        await _device.ConnectAsync();
        using var renewed = await RenewAsync();
        await AskAsync(renewed);
        await WhileHasPassedAsync();

        using var second = new MqttClientFactory().CreateMqttClient();
        await second.ConnectAsync(_device.MqttOptions(), Token);
        await Eventually.Is(() => !_device.Mqtt.IsConnected);

        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, (await second.SubscribeAsync(Topics.Desired(_device.Id), MqttQualityOfServiceLevel.AtLeastOnce, Token)).Items.Single().ResultCode);
        Assert.True(second.IsConnected);
    }

    [Fact]
    public async Task An_expired_certificate_is_told_what_to_do_and_the_knock_is_written_down()
    {
        using var late = await ExpiredAsync();

        var refused = await ProblemAsync(await late.GetAsync("/device/v1/desired", Token));
        await late.GetAsync("/device/v1/desired", Token);

        Assert.Equal(Problems.DeviceExpired.Code, refused.Code);
        Assert.Contains($"fleet device enrol {_me}", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(Problems.DeviceExpired.Code, (await ProblemAsync(await _device.AskToRenewAsync(late))).Code);
        var row = Assert.Single(await AuditedAsync(_me), r => r.Act == "knocked: device.expired");
        Assert.Equal(403, row.Status);
    }

    [Fact]
    public async Task Revoking_ends_a_request_that_is_under_way()
    {
        await using var raw = await _device.RawAsync(_fleet);
        await raw.WriteAsync(Encoding.ASCII.GetBytes("PUT /device/v1/reported HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000\r\nExpect: 100-continue\r\n\r\n"), Token);
        var answer = new byte[1024];
        Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(answer, 0, await raw.ReadAsync(answer, Token)), StringComparison.Ordinal);

        await _fleet.Http.PostAsync($"/api/v1/devices/{_me}/revoke", null, Token);

        Assert.True(await EndsAsync(raw));
        Assert.Equal(Problems.DeviceRevoked.Code, (await ProblemAsync(await _device.AskToRenewAsync(_old))).Code);
    }

    [Fact]
    public async Task Enrolling_again_after_a_theft_shuts_out_whoever_has_the_old_key_also_one_who_renewed_and_one_who_is_connected()
    {
        using var thief = await RenewAsync();
        await AskAsync(thief);
        await _device.ConnectAsync();

        await using var owner = await TestDevice.EnrolAsync(_fleet, _me);
        using var mine = owner.Http(_fleet);

        await Eventually.Is(() => !_device.Mqtt.IsConnected);
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(mine));
        Assert.Equal(Problems.DeviceRevoked.Code, (await ProblemAsync(await thief.GetAsync("/device/v1/desired", Token))).Code);
        Assert.Equal(Problems.DeviceRevoked.Code, (await ProblemAsync(await _old.GetAsync("/device/v1/desired", Token))).Code);
        Assert.Contains(await AuditedAsync(_me), r => r.Act == "knocked: device.revoked");
    }

    private static async Task<bool> EndsAsync(SslStream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        try
        {
            return await stream.ReadAsync(new byte[1], limit.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient http)
    {
        // there may be a directive already: for these tests either is being let in
        var status = (await http.GetAsync("/device/v1/desired", Token)).StatusCode;
        return status == HttpStatusCode.OK ? HttpStatusCode.NoContent : status;
    }

    private async Task<HttpClient> RenewAsync()
    {
        _device.Renew((await ReadAsync(await _device.AskToRenewAsync(_old), FleetJson.Strict.RenewResponse)).CertificatePem);
        return _device.Http(_fleet);
    }

    private Task WhileHasPassedAsync() => _fleet.StoreAsync(store =>
        store.Set<DeviceRow>().Single(d => d.Id == _device.Id).PreviousUntil = TimeProvider.System.GetUtcNow());

    private async Task<HttpClient> ExpiredAsync()
    {
        var then = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(31));
        using var ca = DeviceCa.LoadOrCreate(Path.Combine(_fleet.DataFolder, "trust", "ca"), then);
        _device.Renew(ca.IssueDevice(_device.RenewalRequestPem(), _device.Id), then);
        using var expired = _device.Certificate();
        await _fleet.StoreAsync(store => store.Set<DeviceRow>().Single(d => d.Id == _device.Id).Enrol(DeviceGate.Hash(expired)));
        return _device.Http(_fleet);
    }

    private async Task<IReadOnlyList<AuditEntry>> AuditedAsync(string who) =>
        (await plane.Admin.Audit.PageAsync(new AuditFilter(Who: who), cursor: null, limit: 100, Token)).Items;
}
