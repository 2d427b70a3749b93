using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class EngineSealTests : IDisposable
{
    private static readonly DeviceId Device = DeviceId.Parse("builder");
    private static readonly EngineStatement Statement = new(Digest.Of([1]), Digest.Of([2]), Digest.Of([3]), 3, Device, DateTimeOffset.UnixEpoch);
    private readonly TempFolder _folder = new();
    private readonly DeviceCa _ca;
    private readonly X509Certificate2 _certificate;

    public EngineSealTests()
    {
        _ca = DeviceCa.LoadOrCreate(_folder.At("ca"), TimeProvider.System);
        _certificate = Enrolled(_ca, Device);
    }

    [Fact]
    public void Says_what_the_device_said() =>
        Assert.Equal(Statement, EngineSeal.Open(EngineSeal.Close(Statement, _certificate), _ca.CertificatePem, TimeProvider.System));

    [Fact]
    public void Of_another_fleets_device_does_not_hold()
    {
        using var other = DeviceCa.LoadOrCreate(_folder.At("other"), TimeProvider.System);
        using var stranger = Enrolled(other, Device);

        AssertBroken(EngineSeal.Close(Statement, stranger), "of no device of this fleet");
    }

    [Fact]
    public void Of_a_server_of_the_same_fleet_does_not_hold()
    {
        using var server = _ca.IssueServer(["localhost"]);

        AssertBroken(EngineSeal.Close(Statement, server), "of no device of this fleet");
    }

    [Fact]
    public void In_another_devices_name_does_not_hold() =>
        AssertBroken(EngineSeal.Close(Statement with { Device = DeviceId.Parse("victim") }, _certificate), "it speaks for victim, and builder signed it");

    [Fact]
    public void That_was_changed_or_signed_with_another_key_does_not_hold()
    {
        using var other = Enrolled(_ca, DeviceId.Parse("other"));
        var (mine, theirs) = (Read(EngineSeal.Close(Statement, _certificate)), Read(EngineSeal.Close(Statement, other)));

        AssertBroken(Write(mine with { Envelope = theirs.Envelope }), "not of the key in its certificate");
        AssertBroken(Write(mine with { Envelope = mine.Envelope.Replace("payload\":\"ey", "payload\":\"eX", StringComparison.Ordinal) }), "does not hold");
        AssertBroken("not base64 at all!", "cannot be read");
        AssertBroken(new string('A', SealedEngine.MaxChars + 4), "the most that is read");
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _ca.Dispose();
        _folder.Dispose();
    }

    private static SealedEngine Read(string header) => JsonSerializer.Deserialize(Convert.FromBase64String(header), FleetJson.Strict.SealedEngine)!;

    private static string Write(SealedEngine seal) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(seal, FleetJson.Strict.SealedEngine));

    private X509Certificate2 Enrolled(DeviceCa ca, DeviceId device)
    {
        using var identity = DeviceIdentity.LoadOrCreate(_folder.At($"{device}-{ca.Pin[..8]}"));
        var root = Encoding.UTF8.GetString(ReleaseRoot());
        identity.Accept(new EnrolResponse(device, "tenant", ca.IssueDevice(identity.CertificateRequestPem, device), ca.CertificatePem, root, "localhost", 1), ca.Pin, TimeProvider.System);
        return identity.Certificate();
    }

    private byte[] ReleaseRoot()
    {
        using var releases = TufRepository.Create(_folder.At($"trust-{Guid.NewGuid():N}"), _folder.At($"offline-{Guid.NewGuid():N}"), TimeProvider.System);
        return releases.CurrentRoot();
    }

    private void AssertBroken(string header, string why)
    {
        var refused = Assert.Throws<ProblemException>(() => EngineSeal.Open(header, _ca.CertificatePem, TimeProvider.System));
        Assert.Equal(Problems.EngineSeal, refused.Kind);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }
}
