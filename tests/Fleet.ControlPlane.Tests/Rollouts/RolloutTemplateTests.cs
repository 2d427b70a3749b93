using System.CommandLine;
using Fleet.Cli.Commands;
using Fleet.Client;
using Fleet.Console.Rollouts;
using Fleet.Contracts;
using Fleet.ControlPlane.Rollouts;
using Fleet.ControlPlane.Tests.Platform;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>Rollouts without their versions, kept under names.</summary>
public sealed class RolloutTemplateTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private static readonly RolloutTemplateRequest Careful = new(
        [new RingRequest("canary", "ring=canary", MaxFailed: 1, Percent: 5, BakeMinutes: 60, SilentAfterMinutes: 30, CameraPercent: 50, Hold: true), new RingRequest("everyone", "*", SilentAfterMinutes: 720, Silent: SilentPolicy.Fail)],
        "int8",
        [new Guard(GuardKind.ErrorRate, 0.02, MinFrames: 500, InRow: 5, Trial: true), new Guard(GuardKind.DetectionBand, 0.3, Against: GuardAgainst.OtherCameras)],
        NeedsApproval: true,
        ["Mon-Fri 22:00-05:00 Europe/Berlin", "Sun 02:00-05:00 UTC"],
        new ByteCaps(PerSiteHour: 200_000_000, PerHour: 1_234_567));

    private readonly TestControlPlane _fleet = shared.Fleet;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_kept_as_it_was_saved_and_saved_again_over_itself_until_it_is_deleted()
    {
        var saved = await ReadAsync(await PutAsync(_fleet.Http, "careful", Careful), FleetJson.Strict.RolloutTemplate);
        await ReadAsync(await PutAsync(_fleet.Http, "careful", Careful with { NeedsApproval = false }), FleetJson.Strict.RolloutTemplate);
        var read = await ReadAsync(await _fleet.Http.GetAsync("/api/v1/rollout-templates/careful", Cancel), FleetJson.Strict.RolloutTemplate);
        var listed = await ReadAsync(await _fleet.Http.GetAsync("/api/v1/rollout-templates", Cancel), FleetJson.Strict.ListRolloutTemplate);
        Assert.True((await _fleet.Http.DeleteAsync("/api/v1/rollout-templates/careful", Cancel)).IsSuccessStatusCode);
        var gone = await ProblemAsync(await _fleet.Http.GetAsync("/api/v1/rollout-templates/careful", Cancel));
        var audit = await ReadAsync(await _fleet.Http.GetAsync("/api/v1/audit?act=rollout-templates&who=anna", Cancel), FleetJson.Strict.PageAuditEntry);

        Assert.Equal(("anna", Text(Careful)), (saved.SavedBy, Text(saved.Rollout)));
        Assert.Equal(Text(Careful with { NeedsApproval = false }), Text(read.Rollout));
        Assert.Single(listed, t => t.Name.ToString() == "careful");
        Assert.Equal("rollout.template-unknown", gone.Code);
        Assert.Equal(3, audit.Items.Count(r => r is { On: "careful", Status: < 400 }));
    }

    [Fact]
    public async Task What_no_rollout_could_be_is_no_template_and_only_an_operator_saves_one()
    {
        using var viewer = _fleet.Client(await _fleet.KeyAsync(Role.Viewer));

        foreach (var (bad, code) in new (RolloutTemplateRequest, string)[]
        {
            (Careful with { Rings = [] }, "request.invalid"),
            (Careful with { Rings = [new RingRequest("a", "ring=(")] }, Problems.SelectorInvalid.Code),
            (Careful with { Windows = ["sometimes"] }, Problems.RolloutWindow.Code),
            (Careful with { Guards = [new Guard(GuardKind.ShadowAgreement, 0.9)] }, "request.invalid"),
        })
        {
            Assert.Equal(code, (await ProblemAsync(await PutAsync(_fleet.Http, "bad", bad))).Code);
        }

        Assert.Equal(Problems.AuthForbidden.Code, (await ProblemAsync(await PutAsync(viewer, "mine", Careful))).Code);
        Assert.Equal(Problems.AuthForbidden.Code, (await ProblemAsync(await viewer.DeleteAsync("/api/v1/rollout-templates/mine", Cancel))).Code);
        Assert.False((await PutAsync(_fleet.Http, "Not%20A%20Name", Careful)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task There_are_no_more_than_a_hundred()
    {
        await using var fleet = await StartAsync();
        for (var i = 0; i < RolloutTemplates.Max; i++)
        {
            Assert.True((await PutAsync(fleet.Http, $"t-{i}", Careful)).IsSuccessStatusCode);
        }

        Assert.Equal("request.invalid", (await ProblemAsync(await PutAsync(fleet.Http, "one-more", Careful))).Code);
        Assert.True((await PutAsync(fleet.Http, "t-7", Careful)).IsSuccessStatusCode);
    }

    [Fact]
    public void The_form_that_a_template_fills_makes_the_same_rollout_again()
    {
        var version = VersionId.Parse("shelf@2");
        var form = new RolloutForm();
        form.Fill(Careful);

        Assert.Equal(Text(Careful), Text(RolloutTemplateRequest.Of(form.Of(version, Careful.Variant))));

        form.Fill(Careful with { Rings = [Careful.Rings[0]] });
        form.SilentAfterMinutes = 45;
        form.Rings[0].Cameras = 2;
        var changed = Assert.Single(form.Of(version, null).Rings);
        Assert.Equal((45, 2, null), (changed.SilentAfterMinutes, changed.Cameras, changed.CameraPercent));
    }

    [Fact]
    public async Task On_the_command_line_what_is_given_beside_a_template_takes_the_place_of_its_own()
    {
        Assert.True((await PutAsync(_fleet.Http, "cli", Careful)).IsSuccessStatusCode);

        var plain = await AskAsync("--template cli");
        var changed = await AskAsync("--template cli --window daily --variant fp32 --ring all:* --bake 5");
        var alone = await Assert.ThrowsAsync<FormatException>(() => AskAsync("--template cli --bake 5"));

        Assert.Equal(Text(Careful), Text(RolloutTemplateRequest.Of(plain)));
        Assert.Equal(["daily"], changed.Windows!);
        Assert.Equal(("fp32", 5, true), (changed.Variant, changed.Rings.Single().BakeMinutes, changed.NeedsApproval));
        Assert.Equal(Careful.Guards, changed.Guards!);
        Assert.Contains("--bake", alone.Message, StringComparison.Ordinal);
    }

    private async Task<RolloutRequest> AskAsync(string line)
    {
        using var client = new FleetClient(new FleetClientOptions { Address = _fleet.Http.BaseAddress!, Token = _fleet.Admin.Token });
        var options = new RolloutOptions();
        var command = new Command("start") { options.From };
        foreach (var option in options.Symbols.OfType<Option>())
        {
            command.Options.Add(option);
        }

        return await options.OfAsync(client, VersionId.Parse("shelf@2"), command.Parse(line), Cancel);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient http, string name, RolloutTemplateRequest template) =>
        http.PutAsync($"/api/v1/rollout-templates/{name}", Json(template, FleetJson.Strict.RolloutTemplateRequest), Cancel);

    private static string Text(RolloutTemplateRequest template) => System.Text.Json.JsonSerializer.Serialize(template, FleetJson.Strict.RolloutTemplateRequest);
}
