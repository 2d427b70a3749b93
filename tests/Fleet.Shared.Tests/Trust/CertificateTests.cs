using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Shared.Tests.Trust;

public sealed class CertificateTests : IDisposable
{
    private static readonly DeviceId Device = DeviceId.Parse("edge-1");
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(ReleaseWorld.Start);
    private readonly DeviceCa _ca;

    public CertificateTests() => _ca = DeviceCa.LoadOrCreate(_folder.At("ca"), _time);

    [Fact]
    public void The_same_CA_is_there_after_a_restart()
    {
        using var again = DeviceCa.LoadOrCreate(_folder.At("ca"), _time);

        Assert.Equal(_ca.Pin, again.Pin);
        Assert.Equal(_ca.CertificatePem, again.CertificatePem);
        Assert.Equal(DurableFile.Secret, File.GetUnixFileMode(_folder.At("ca", "ca.key")));
        File.Copy(Path.Combine(OtherCa().Folder, "ca.pem"), _folder.At("ca", "ca.pem"), overwrite: true);
        Assert.Equal(Problems.TrustMalformed, Assert.Throws<ProblemException>(() => DeviceCa.LoadOrCreate(_folder.At("ca"), _time)).Kind);
    }

    [Fact]
    public void A_device_certificate_names_the_device_and_nothing_the_request_asked_for()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=admin, O=evil", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("controlplane");
        request.CertificateExtensions.Add(names.Build());

        using var issued = X509Certificate2.CreateFromPem(_ca.IssueDevice(request.CreateSigningRequestPem(), Device));

        Assert.Equal("CN=edge-1", issued.Subject);
        Assert.Equal(Device, DeviceCertificate.ReadDeviceId(issued));
        Assert.False(issued.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(["1.3.6.1.5.5.7.3.2"], issued.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(o => o.Value));
        Assert.DoesNotContain("controlplane", issued.Extensions["2.5.29.17"]!.Format(multiLine: false), StringComparison.Ordinal);
        Assert.Equal(ReleaseWorld.Start.AddDays(30), new DateTimeOffset(issued.NotAfter));
        Assert.True(_ca.ValidateDevice(issued, null, SslPolicyErrors.RemoteCertificateChainErrors));
    }

    [Fact]
    public void An_expired_device_is_let_through_the_handshake_to_be_told_what_to_do_but_an_expired_certificate_is_not_accepted_as_an_answer()
    {
        using var identity = DeviceIdentity.LoadOrCreate(_folder.At("device"));
        var answer = Answer(_ca, identity);
        using var issued = X509Certificate2.CreateFromPem(answer.CertificatePem);

        _time.Advance(TimeSpan.FromDays(31));

        Assert.True(_ca.ValidateDevice(issued, null, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.Equal(Problems.TrustMismatch, Assert.Throws<ProblemException>(() => identity.Accept(answer, _ca.Pin, _time)).Kind);
    }

    [Fact]
    public void Refuses_a_request_that_is_forged_or_has_another_kind_of_key()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var identity = DeviceIdentity.LoadOrCreate(_folder.At("device"));
        var der = PemEncoding.Find(identity.CertificateRequestPem);
        var forged = Convert.FromBase64String(identity.CertificateRequestPem[der.Base64Data]);
        forged[^5] ^= 1;

        Assert.All(
            [
                new CertificateRequest("CN=x", p384, HashAlgorithmName.SHA256).CreateSigningRequestPem(),
                new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem(),
                PemEncoding.WriteString("CERTIFICATE REQUEST", forged),
                "nonsense",
            ],
            pem => Assert.Equal(Problems.EnrolmentRequest, Assert.Throws<ProblemException>(() => _ca.IssueDevice(pem, Device)).Kind));
    }

    [Fact]
    public void Takes_no_device_of_another_CA_and_no_server_for_a_device()
    {
        var other = OtherCa();
        using var identity = Enrolled(other.Ca, _folder.At("device"));
        using var foreign = identity.Certificate();
        using var server = _ca.IssueServer(["edge-1"]);

        Assert.False(_ca.ValidateDevice(foreign, null, SslPolicyErrors.None));
        Assert.False(_ca.ValidateDevice(server, null, SslPolicyErrors.None));
        Assert.Throws<ProblemException>(() => DeviceCertificate.ReadDeviceId(server));
    }

    [Fact]
    public void An_identity_survives_a_restart_and_keeps_its_secrets_to_itself()
    {
        using (Enrolled(_ca, _folder.At("device")))
        {
        }

        using var again = DeviceIdentity.LoadOrCreate(_folder.At("device"));

        using var certificate = again.Certificate();
        Assert.Equal(Device, again.Enrolment!.Device);
        Assert.True(certificate.HasPrivateKey);
        Assert.Equal(DurableFile.Secret, File.GetUnixFileMode(_folder.At("device", "device.key")));
        Assert.Equal(DurableFile.Secret, File.GetUnixFileMode(_folder.At("device", "enrolment.json")));
    }

    [Fact]
    public void An_identity_refuses_an_answer_of_another_CA_or_for_another_key()
    {
        using var identity = DeviceIdentity.LoadOrCreate(_folder.At("device"));
        using var stranger = DeviceIdentity.LoadOrCreate(_folder.At("stranger"));

        Assert.All(
            [Answer(OtherCa().Ca, identity), Answer(_ca, stranger), Answer(_ca, identity) with { Device = DeviceId.Parse("edge-2") }],
            answer => Assert.Equal(Problems.TrustMismatch, Assert.Throws<ProblemException>(() => identity.Accept(answer, _ca.Pin, _time)).Kind));

        Assert.Null(identity.Enrolment);
        Assert.False(File.Exists(_folder.At("device", "enrolment.json")));
    }

    [Fact]
    public async Task Device_and_server_meet_over_TLS_by_pin_and_by_CA()
    {
        using var identity = Enrolled(_ca, _folder.At("device"));

        Assert.Equal(Device, await MeetAsync(_ca, PinnedCa.FromPin(_ca.Pin, _time), identity, "localhost"));
        Assert.Equal(Device, await MeetAsync(_ca, PinnedCa.FromPem(_ca.CertificatePem, _time), identity, "127.0.0.1"));
    }

    [Fact]
    public async Task A_device_with_a_dead_clock_still_connects()
    {
        using var identity = Enrolled(_ca, _folder.At("device"));

        Assert.Equal(Device, await MeetAsync(_ca, PinnedCa.FromPin(_ca.Pin, new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(1))), identity, "localhost"));
    }

    [Theory]
    [InlineData("another CA by its pin", "localhost")]
    [InlineData("another CA", "localhost")]
    [InlineData("another name", "example.org")]
    [InlineData("an expired server", "localhost")]
    public async Task A_device_refuses_to_meet(string fault, string host)
    {
        using var identity = Enrolled(_ca, _folder.At("device"));
        var other = OtherCa().Ca;
        var server = fault.StartsWith("another CA", StringComparison.Ordinal) ? other : _ca;
        var later = new FakeTimeProvider(ReleaseWorld.Start.AddDays(fault == "an expired server" ? 366 : 0));
        var trust = fault == "another CA" ? PinnedCa.FromPem(_ca.CertificatePem, later) : PinnedCa.FromPin(_ca.Pin, later);

        await Assert.ThrowsAsync<AuthenticationException>(() => MeetAsync(server, trust, identity, host));
    }

    public void Dispose()
    {
        _ca.Dispose();
        _folder.Dispose();
    }

    private (DeviceCa Ca, string Folder) OtherCa() => (DeviceCa.LoadOrCreate(_folder.At("other"), _time), _folder.At("other"));

    private static EnrolResponse Answer(DeviceCa ca, DeviceIdentity identity)
    {
        using var world = new ReleaseWorld();
        var root = System.Text.Encoding.UTF8.GetString(world.Repository.CurrentRoot());
        return new EnrolResponse(Device, "acme", ca.IssueDevice(identity.CertificateRequestPem, Device), ca.CertificatePem, root, "localhost", 8883);
    }

    private DeviceIdentity Enrolled(DeviceCa ca, string folder)
    {
        var identity = DeviceIdentity.LoadOrCreate(folder);
        identity.Accept(Answer(ca, identity), ca.Pin, _time);
        return identity;
    }

    /// <summary>One handshake on loopback; returns whom the server met.</summary>
    private static async Task<DeviceId> MeetAsync(DeviceCa ca, PinnedCa trust, DeviceIdentity identity, string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        var accepting = listener.AcceptTcpClientAsync();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var accepted = await accepting;
        await using var serverSide = new SslStream(accepted.GetStream());
        await using var clientSide = new SslStream(client.GetStream());
        using var serverCertificate = ca.IssueServer(["localhost", "127.0.0.1"]);
        using var deviceCertificate = identity.Certificate();
        var serving = serverSide.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = serverCertificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, c, chain, errors) => c is X509Certificate2 device && ca.ValidateDevice(device, chain, errors),
        });
        try
        {
            await clientSide.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ClientCertificates = [deviceCertificate],
                RemoteCertificateValidationCallback = trust.Validate,
            });
        }
        catch (AuthenticationException)
        {
            client.Close();
            await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await serving;
        return DeviceCertificate.ReadDeviceId((X509Certificate2)serverSide.RemoteCertificate!);
    }
}
