using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Shared.Tests.Trust;

/// <summary>A device changes its key and certificate, and the power goes in between.</summary>
public sealed class IdentityChangeTests : IDisposable
{
    private static readonly DeviceId Device = DeviceId.Parse("edge-1");
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(ReleaseWorld.Start);
    private readonly DeviceCa _ca;

    public IdentityChangeTests()
    {
        _ca = DeviceCa.LoadOrCreate(_folder.At("ca"), _time);
        using var world = new ReleaseWorld();
        using var identity = Open();
        var root = System.Text.Encoding.UTF8.GetString(world.Repository.CurrentRoot());
        identity.Accept(new EnrolResponse(Device, "acme", _ca.IssueDevice(identity.CertificateRequestPem, Device), _ca.CertificatePem, root, "localhost", 8883), _ca.Pin, _time);
    }

    [Fact]
    public void Asks_after_two_thirds_of_a_certificates_life_and_not_with_everyone_else()
    {
        using var identity = Open();
        var all = Enumerable.Range(0, 8).Select(_ =>
        {
            identity.Renew(_ca.IssueDevice(identity.RenewalRequestPem(), Device), _time);
            return identity.RenewAt;
        }).ToList();

        Assert.All(all, at => Assert.InRange(at, ReleaseWorld.Start.AddDays(19.9), ReleaseWorld.Start.AddDays(22.6)));
        Assert.True(all.Distinct().Count() > 2, string.Join(' ', all));
    }

    [Fact]
    public void Renews_with_another_key_and_both_are_there_after_a_restart()
    {
        using var identity = Open();
        var old = KeyOf(identity);
        _time.Advance(TimeSpan.FromDays(20));

        identity.Renew(_ca.IssueDevice(identity.RenewalRequestPem(), Device), _time);

        Assert.NotEqual(old, KeyOf(identity));
        using var again = Open();
        Assert.Equal(KeyOf(identity), KeyOf(again));
        Assert.Equal(DurableFile.Secret, File.GetUnixFileMode(_folder.At("device", "device.key")));
        Assert.Equal(["device.key", "enrolment.json"], Files());
    }

    [Fact]
    public void A_cut_after_asking_asks_again_with_the_same_key_and_the_old_certificate_serves()
    {
        string asked;
        using (var identity = Open())
        {
            asked = RequestKey(identity.RenewalRequestPem());
            Assert.Equal(DurableFile.Secret, File.GetUnixFileMode(_folder.At("device", "next.key")));
        }

        using var again = Open();

        Assert.NotEqual(asked, KeyOf(again));
        Assert.Equal(asked, RequestKey(again.RenewalRequestPem()));
    }

    [Fact]
    public void A_cut_between_certificate_and_key_is_mended_at_the_next_start()
    {
        var oldKey = File.ReadAllBytes(_folder.At("device", "device.key"));
        string renewed;
        using (var identity = Open())
        {
            identity.Renew(_ca.IssueDevice(identity.RenewalRequestPem(), Device), _time);
            renewed = KeyOf(identity);
        }

        File.Move(_folder.At("device", "device.key"), _folder.At("device", "next.key"));
        File.WriteAllBytes(_folder.At("device", "device.key"), oldKey);

        using var again = Open();
        Assert.Equal(renewed, KeyOf(again));
        Assert.Equal(["device.key", "enrolment.json"], Files());
    }

    [Fact]
    public void Takes_no_certificate_for_another_key_another_device_or_of_another_CA()
    {
        using var identity = Open();
        using var stranger = DeviceIdentity.LoadOrCreate(_folder.At("stranger"));
        using var other = DeviceCa.LoadOrCreate(_folder.At("other"), _time);
        var before = File.ReadAllText(_folder.At("device", "enrolment.json"));

        Assert.All(
            [
                _ca.IssueDevice(stranger.CertificateRequestPem, Device),
                _ca.IssueDevice(identity.RenewalRequestPem(), DeviceId.Parse("edge-2")),
                other.IssueDevice(identity.RenewalRequestPem(), Device),
            ],
            pem => Assert.Equal(Problems.TrustMismatch, Assert.Throws<ProblemException>(() => identity.Renew(pem, _time)).Kind));

        Assert.Equal(before, File.ReadAllText(_folder.At("device", "enrolment.json")));
    }

    [Fact]
    public void A_certificate_without_its_key_is_named_with_what_to_do()
    {
        File.Delete(_folder.At("device", "device.key"));

        Assert.Contains("fits the certificate", Assert.Throws<ProblemException>(Open).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _ca.Dispose();
        _folder.Dispose();
    }

    private DeviceIdentity Open() => DeviceIdentity.LoadOrCreate(_folder.At("device"));

    private IEnumerable<string?> Files() => Directory.GetFiles(_folder.At("device")).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static string KeyOf(DeviceIdentity identity)
    {
        using var certificate = identity.Certificate();
        return Convert.ToHexString(certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    private static string RequestKey(string pem) =>
        Convert.ToHexString(CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo());
}
