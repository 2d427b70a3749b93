using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Trust;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Shared.Tests.Trust;

public sealed class DirectiveTests : IDisposable
{
    private static readonly DeviceId Me = DeviceId.Parse("edge-1");
    private static readonly DirectiveReader Fresh = new(Me, "acme", LastGeneration: 0, LastPayload: null);
    private readonly SigningKey _director = SigningKey.Create();
    private readonly FakeTimeProvider _time = new(ReleaseWorld.Start);

    [Fact]
    public void Reads_what_the_director_wants()
    {
        var directive = Verify(Sign(Wanted(3)), Fresh);

        Assert.Equal(3, directive.Desired.Generation);
        Assert.Equal("warehouse@1", directive.Desired.Versions[0].Id.ToString());
        Assert.False(directive.IsRepeat);
    }

    [Fact]
    public void Takes_a_repeat_and_refuses_the_same_generation_with_another_content()
    {
        var envelope = Sign(Wanted(3));
        var known = Fresh with { LastGeneration = 3, LastPayload = Verify(envelope, Fresh).Payload };

        Assert.True(Verify(envelope, known).IsRepeat);
        Assert.True(Verify(Sign(Wanted(3)), known).IsRepeat);
        Refuses(Problems.TrustRollback, Sign(Wanted(3) with { Nonce = "other" }), known);
    }

    [Fact]
    public void Refuses_a_lower_generation() => Refuses(Problems.TrustRollback, Sign(Wanted(2)), Fresh with { LastGeneration = 3 });

    [Fact]
    public void Refuses_a_directive_for_another_device_or_tenant()
    {
        Refuses(Problems.TrustAddressee, Sign(Wanted(1) with { Device = DeviceId.Parse("edge-2") }), Fresh);
        Refuses(Problems.TrustAddressee, Sign(Wanted(1) with { Tenant = "other" }), Fresh);
    }

    [Fact]
    public void Refuses_an_expired_one_also_where_the_clock_fell_back()
    {
        var envelope = Sign(Wanted(1));
        _time.Advance(TimeSpan.FromDays(1));
        Refuses(Problems.TrustExpired, envelope, Fresh);

        var floored = new FlooredClock(new FakeTimeProvider(DateTimeOffset.UnixEpoch), ReleaseWorld.Start.AddDays(2));
        Assert.Equal(Problems.TrustExpired, Assert.Throws<ProblemException>(() => DirectiveVerifier.Verify(envelope, _director.Public, Fresh, floored)).Kind);
    }

    [Fact]
    public void Refuses_another_director()
    {
        using var stranger = SigningKey.Create();
        Refuses(Problems.TrustSignature, DirectiveSigner.Sign(Wanted(1), stranger), Fresh);

        var swapped = JsonNode.Parse(DirectiveSigner.Sign(Wanted(1), stranger))!;
        swapped["signatures"]![0]!["keyid"] = _director.Public.KeyId;
        Refuses(Problems.TrustSignature, Bytes(swapped), Fresh);
    }

    [Fact]
    public void Refuses_a_changed_payload_or_type()
    {
        var envelope = JsonNode.Parse(Sign(Wanted(1)))!;
        var payload = Encoding.UTF8.GetString(Convert.FromBase64String((string)envelope["payload"]!));
        envelope["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(payload.Replace("\"generation\":1", "\"generation\":9", StringComparison.Ordinal)));
        Refuses(Problems.TrustSignature, Bytes(envelope), Fresh);

        envelope["payloadType"] = "application/json";
        Refuses(Problems.TrustMalformed, Bytes(envelope), Fresh);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"payloadType":"application/vnd.fleet.desired+json","payload":"!","signatures":[]}""")]
    [InlineData("""{"payloadType":"application/vnd.fleet.desired+json","payload":"","payload":"","signatures":[]}""")]
    [InlineData("""{"payloadType":"application/vnd.fleet.desired+json","payload":"","signatures":{}}""")]
    public void Refuses_what_is_no_envelope(string text) => Refuses(Problems.TrustMalformed, Encoding.UTF8.GetBytes(text), Fresh);

    [Fact]
    public void Refuses_a_signed_payload_that_is_no_desired_state() =>
        Refuses(Problems.TrustMalformed, Dsse.Seal(DirectiveSigner.PayloadType, "{}"u8.ToArray(), _director), Fresh);

    [Fact]
    public void Ignores_members_of_a_newer_server()
    {
        var desired = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(Wanted(1), FleetJson.Strict.Desired))!;
        desired["later"] = 1;

        Assert.Equal(1, Verify(Dsse.Seal(DirectiveSigner.PayloadType, Bytes(desired), _director), Fresh).Desired.Generation);
    }

    [Fact]
    public void Both_layers_must_agree_on_every_file()
    {
        using var world = new ReleaseWorld();
        var released = world.Release("warehouse@1", File);
        var wanted = Wanted(1);

        DesiredCheck.Check(wanted, released);

        Disagrees(With(wanted, File with { SizeBytes = 9 }), released);
        Disagrees(With(wanted, File with { Digest = Digest.Of([1]) }), released);
        Disagrees(With(wanted, File with { Path = "models/warehouse/1/other.onnx" }), released);
        Disagrees(wanted with { Versions = [wanted.Versions[0] with { Id = VersionId.Parse("warehouse@2") }], Cameras = [] }, released);
        Disagrees(wanted with { Versions = [] }, released);
    }

    public void Dispose() => _director.Dispose();

    private static TargetFile File => ReleaseWorld.FileOf("warehouse@1", "card");

    private static Desired Wanted(long generation) => new(
        "acme",
        Me,
        generation,
        ReleaseWorld.Start,
        ReleaseWorld.Start.AddDays(1),
        new string('0', 32),
        [new DesiredCamera(CameraId.Parse("cam-1"), "twin:warehouse", VersionId.Parse("warehouse@1"), Fps: 5, Loop: true)],
        [new DesiredVersion(VersionId.Parse("warehouse@1"), "fp32", [File])],
        new DevicePolicy());

    private static Desired With(Desired desired, TargetFile file) => desired with { Versions = [desired.Versions[0] with { Files = [file] }] };

    private static void Disagrees(Desired desired, TrustedTargets released) =>
        Assert.Equal(Problems.TrustMismatch, Assert.Throws<ProblemException>(() => DesiredCheck.Check(desired, released)).Kind);

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    private byte[] Sign(Desired desired) => DirectiveSigner.Sign(desired, _director);

    private Directive Verify(byte[] envelope, DirectiveReader reader) => DirectiveVerifier.Verify(envelope, _director.Public, reader, _time);

    private void Refuses(ProblemKind kind, byte[] envelope, DirectiveReader reader) =>
        Assert.Equal(kind, Assert.Throws<ProblemException>(() => Verify(envelope, reader)).Kind);
}
