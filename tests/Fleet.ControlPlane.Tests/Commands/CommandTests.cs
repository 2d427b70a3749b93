using System.Net;
using System.Text;
using System.Text.Json;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Tests.Commands;

public sealed class CommandTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9];
    private static readonly CameraId Dock = CameraId.Parse("dock");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_snapshot_goes_out_signed_in_the_directive_and_its_picture_comes_back_once()
    {
        await using var device = await DeviceAsync("snap-1");
        using var http = device.Http(plane.Server);
        var given = await plane.Admin.Commands.GiveAsync(device.Id, new CommandRequest(CommandKind.Snapshot, Dock), Token);
        var desired = await DesiredAsync(http, d => d.Commands is { Count: 1 });
        Assert.Equal((given.Id, CommandKind.Snapshot, Dock, given.ExpiresAt), (desired.Commands![0].Id, desired.Commands[0].Kind, desired.Commands[0].Camera!.Value, desired.Commands[0].ExpiresAt));

        Assert.Equal(HttpStatusCode.NoContent, await PutPictureAsync(http, given.Id));
        Assert.Equal(HttpStatusCode.NoContent, await PutPictureAsync(http, given.Id));

        var done = await plane.Admin.Commands.GetAsync(device.Id, given.Id, Token);
        Assert.Equal((CommandState.Done, 1, Jpeg.LongLength), (done.State, done.Frame!.Detections.Count, done.SizeBytes!.Value));
        Assert.Equal(Jpeg, await plane.Admin.Commands.GetPictureAsync(device.Id, given.Id, Token));

        // an end makes no directive, and the next one does not name it
        await plane.Server.SetCameraAsync(device.Id, "gate");
        var next = await DesiredAsync(http, d => d.Cameras.Count == 2);
        Assert.Equal(desired.Generation + 1, next.Generation);
        Assert.Null(next.Commands);
        Assert.Equal(2, await CountAsync(given.Id));
    }

    [Fact]
    public async Task What_a_device_says_is_the_end_of_a_command_and_silence_is_one_too()
    {
        await using var device = await DeviceAsync("say-1");
        using var http = device.Http(plane.Server);
        var collect = await plane.Admin.Commands.GiveAsync(device.Id, new CommandRequest(CommandKind.Collect, Dock, Frames: 10, Minutes: 1), Token);
        var restart = await plane.Admin.Commands.GiveAsync(device.Id, new CommandRequest(CommandKind.Restart), Token);
        var logs = await plane.Admin.Commands.GiveAsync(device.Id, new CommandRequest(CommandKind.Logs, TimeoutSeconds: 5), Token);

        await SayAsync(http, device, new ReportedCommand(collect.Id, CommandState.Running, 4, Problem: null), new ReportedCommand(restart.Id, CommandState.Done, 0, Problem: null));
        await Eventually.Is(async () => await StateAsync(device.Id, restart.Id) == CommandState.Done && (await plane.Admin.Commands.GetAsync(device.Id, collect.Id, Token)).Collected == 4);
        await SayAsync(http, device, new ReportedCommand(collect.Id, CommandState.Refused, 7, new ReportedProblem(Problems.CommandBudget.Code, "7 of 10 frames were kept.")));
        await Eventually.Is(async () => await StateAsync(device.Id, collect.Id) == CommandState.Refused);
        await Eventually.Is(async () => await StateAsync(device.Id, logs.Id) == CommandState.TimedOut, within: TimeSpan.FromSeconds(40));

        var refused = await plane.Admin.Commands.GetAsync(device.Id, collect.Id, Token);
        Assert.Equal((7, Problems.CommandBudget.Code), (refused.Collected, refused.Problem!.Code));

        // what comes after the end changes nothing
        Assert.Equal(HttpStatusCode.Conflict, await PutLogAsync(http, logs.Id, "too late"));
        await SayAsync(http, device, new ReportedCommand(collect.Id, CommandState.Done, 10, Problem: null));
        Assert.Equal(CommandState.TimedOut, await StateAsync(device.Id, logs.Id));
        var audit = await plane.Admin.Audit.PageAsync(new AuditFilter(), cursor: null, limit: 50, Token);
        Assert.Contains(audit.Items, e => e is { Who: "say-1", Act: "command collect refused", Status: 507 } && e.On == $"say-1 {collect.Id}");
        Assert.Contains(audit.Items, e => e is { Who: "fleet", Act: "command logs timedout", Status: 504 });
    }

    [Fact]
    public async Task Viewers_see_commands_and_give_none_and_no_device_answers_for_another()
    {
        await using var device = await DeviceAsync("own-1");
        await using var other = await DeviceAsync("own-2");
        using var http = other.Http(plane.Server);
        using var mine = device.Http(plane.Server);
        var viewer = await plane.ClientAsync(Role.Viewer);
        var labeller = await plane.ClientAsync(Role.Labeller);
        var oper = await plane.ClientAsync(Role.Operator);
        foreach (var kind in Enum.GetValues<CommandKind>())
        {
            foreach (var client in (FleetClient[])[viewer, labeller])
            {
                var refused = await Assert.ThrowsAsync<ProblemException>(() => client.Commands.GiveAsync(device.Id, new CommandRequest(kind, Dock), Token));
                Assert.Equal(Problems.AuthForbidden.Code, refused.Kind.Code);
            }
        }

        var shadow = new ShadowRequest(VersionId.Parse("boxes@1"));
        Assert.Equal(Problems.AuthForbidden.Code, (await Assert.ThrowsAsync<ProblemException>(() => viewer.Devices.SetShadowAsync(device.Id, Dock, shadow, Token))).Kind.Code);
        Assert.Equal(Problems.VersionUnknown.Code, (await Assert.ThrowsAsync<ProblemException>(() => oper.Devices.SetShadowAsync(device.Id, Dock, shadow, Token))).Kind.Code);
        var logs = await oper.Commands.GiveAsync(device.Id, new CommandRequest(CommandKind.Logs), Token);
        Assert.Equal(HttpStatusCode.NotFound, await PutLogAsync(http, logs.Id, "not mine"));
        Assert.Equal(HttpStatusCode.NotFound, await PutPictureAsync(mine, logs.Id));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PutLogAsync(mine, logs.Id, new string('x', CommandLimits.LogBytes + 1)));
        Assert.Equal(HttpStatusCode.NoContent, await PutLogAsync(mine, logs.Id, "12:00 all is well"));

        Assert.Equal(CommandState.Done, Assert.Single((await viewer.Commands.ListAsync(device.Id, limit: null, Token)).Items).State);
        Assert.Equal("12:00 all is well", await oper.Commands.GetLogAsync(device.Id, logs.Id, Token));
        Assert.Equal(Problems.AuthForbidden.Code, (await Assert.ThrowsAsync<ProblemException>(() => viewer.Commands.GetLogAsync(device.Id, logs.Id, Token))).Kind.Code);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_neither_device_nor_store_can_be_filled()
    {
        await using var device = await DeviceAsync("full-1");
        CommandRequest[] senseless =
        [
            new(CommandKind.Snapshot), new(CommandKind.Collect, Dock, Frames: 5), new(CommandKind.Collect, Dock, Frames: 501, Minutes: 1), new(CommandKind.Restart, Dock),
            new(CommandKind.Logs, From: DateTimeOffset.UnixEpoch), new(CommandKind.Logs, TimeoutSeconds: 1),
        ];
        foreach (var request in senseless)
        {
            Assert.Equal(Problems.RequestInvalid.Code, await RefusedAsync(device.Id, request));
        }

        Assert.Equal(Problems.CameraUnknown.Code, await RefusedAsync(device.Id, new CommandRequest(CommandKind.Snapshot, CameraId.Parse("roof"))));
        for (var i = 0; i < CommandLimits.Open; i++)
        {
            await plane.Admin.Commands.GiveAsync(device.Id, new CommandRequest(CommandKind.Restart), Token);
        }

        Assert.Equal(Problems.CommandConflict.Code, await RefusedAsync(device.Id, new CommandRequest(CommandKind.Restart)));
        await plane.Admin.Devices.RevokeAsync(device.Id, Token);
        Assert.Equal(Problems.DeviceRevoked.Code, await RefusedAsync(device.Id, new CommandRequest(CommandKind.Restart)));
    }

    private async Task<TestDevice> DeviceAsync(string id)
    {
        var device = await TestDevice.EnrolAsync(plane.Server, id);
        await plane.Server.SetCameraAsync(device.Id, Dock.ToString());
        return device;
    }

    private async Task<string> RefusedAsync(DeviceId device, CommandRequest request) =>
        (await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Commands.GiveAsync(device, request, Token))).Kind.Code;

    private async Task<CommandState> StateAsync(DeviceId device, CommandId command) => (await plane.Admin.Commands.GetAsync(device, command, Token)).State;

    /// <summary>Rows of the audit log about a command.</summary>
    private async Task<int> CountAsync(CommandId id) => (await plane.Admin.Audit.PageAsync(new AuditFilter(), cursor: null, limit: 100, Token)).Items.Count(e => e.On.Contains(id.ToString(), StringComparison.Ordinal));

    private static async Task<Desired> DesiredAsync(HttpClient http, Func<Desired, bool> wanted)
    {
        Desired? desired = null;
        await Eventually.Is(async () =>
        {
            var answer = await http.GetAsync(new Uri("/device/v1/desired", UriKind.Relative), Token);
            desired = answer.StatusCode == HttpStatusCode.OK ? Payload(await answer.Content.ReadAsByteArrayAsync(Token)) : null;
            return desired is not null && wanted(desired);
        });
        return desired!;
    }

    private static Desired Payload(byte[] envelope)
    {
        using var parsed = JsonDocument.Parse(envelope);
        return JsonSerializer.Deserialize(parsed.RootElement.GetProperty("payload").GetBytesFromBase64(), FleetJson.Tolerant.Desired)!;
    }

    private static async Task SayAsync(HttpClient http, TestDevice device, params ReportedCommand[] commands)
    {
        var reported = device.Report(1) with { Commands = commands };
        using var answer = await http.PutAsync(new Uri("/device/v1/reported", UriKind.Relative), TestControlPlane.Json(reported, FleetJson.Strict.Reported), Token);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task<HttpStatusCode> PutPictureAsync(HttpClient http, CommandId command)
    {
        var meta = new FrameMessage(Digest.Of(Jpeg), Dock, "/x", Version: null, 3, DateTimeOffset.UnixEpoch, 64, 48, [new Detection("box", 0.9f, new Box(1, 2, 3, 4))], "preview", 0, 1);
        using var form = new MultipartFormDataContent
        {
            { TestControlPlane.Json(meta, FleetJson.Strict.FrameMessage), "meta", "meta.json" },
            { new ByteArrayContent(Jpeg), "frame", "frame.jpg" },
        };
        // the server answers before it reads a picture that nobody asked for: who sends on regardless finds the connection closed
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"/device/v1/commands/{command}/picture", UriKind.Relative)) { Content = form, Headers = { ExpectContinue = true } };
        using var answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> PutLogAsync(HttpClient http, CommandId command, string text)
    {
        using var answer = await http.PutAsync(new Uri($"/device/v1/commands/{command}/log", UriKind.Relative), new StringContent(text, Encoding.UTF8, "text/plain"), Token);
        return answer.StatusCode;
    }
}
