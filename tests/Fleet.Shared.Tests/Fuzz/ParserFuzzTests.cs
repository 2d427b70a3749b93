using System.Text;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Shared.Tests.Onnx;
using Fleet.Shared.Tests.Trust;
using Fleet.Testing;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Fuzz;

/// <summary>Whatever comes from outside is understood or refused with a problem; nothing else, and nothing that was signed changes its meaning.</summary>
public sealed class ParserFuzzTests
{
    [Fact]
    public void Release_metadata_is_read_or_refused()
    {
        using var world = new ReleaseWorld();
        world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        byte[][] seeds = [world.Repository.CurrentRoot(), world.Repository.CurrentTargets(), world.Repository.Read("timestamp.json")!];

        Mutants.Feed(seeds, few: 1500, mutant =>
        {
            Refused(() => RootMetadata.ParseSelfSigned(mutant));
            Refused(() => TargetsMetadata.Read(TufDocument.Parse(TufRoles.Targets, mutant)));
            Refused(() => TimestampMetadata.Read(TufDocument.Parse(TufRoles.Timestamp, mutant)));
            Refused(() => SnapshotMetadata.Read(TufDocument.Parse(TufRoles.Snapshot, mutant)));
        });
    }

    [Fact]
    public void A_directive_is_the_signed_one_or_refused()
    {
        using var director = SigningKey.Create();
        var device = DeviceId.Parse("edge-1");
        var desired = new Desired("acme", device, 1, ReleaseWorld.Start, ReleaseWorld.Start.AddDays(1), new string('0', 32), [], [], new DevicePolicy());
        var envelope = DirectiveSigner.Sign(desired, director);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(ReleaseWorld.Start);
        var reader = new DirectiveReader(device, "acme", LastGeneration: 0, LastPayload: null);
        var signed = DirectiveVerifier.Verify(envelope, director.Public, reader, time).Payload;

        Mutants.Feed([envelope], few: 1500, mutant => Refused(() =>
        {
            Assert.Equal(signed, DirectiveVerifier.Verify(mutant, director.Public, reader, time).Payload);
            return true;
        }));
    }

    [Fact]
    public void A_network_is_read_or_refused() =>
        Mutants.Feed([OnnxFile.Write(TinyNetwork.Build())], few: 2000, mutant => Refused(() => OnnxCheck.Inspect(mutant)));

    [Fact]
    public void An_enrolment_token_and_ids_and_paths_are_read_or_refused()
    {
        var token = EnrolmentToken.Encode(new EnrolmentTicket("https://fleet.example:8443", new string('a', 64), new string('b', 64)));

        Mutants.Feed([Encoding.UTF8.GetBytes(token), "warehouse-1@12"u8.ToArray(), "sha256:00"u8.ToArray()], few: 2000, mutant =>
        {
            var text = Encoding.UTF8.GetString(mutant);
            Refused(() => EnrolmentToken.Parse(text));
            Assert.False(DeviceId.TryParse(text, null, out var device) && device.ToString() != text);
            Assert.False(VersionId.TryParse(text, null, out var version) && version.ToString() != text);
            Assert.False(Digest.TryParse(text, null, out var digest) && digest.ToString() != text);
            Topics.TryRead(text, out _, out _);
        });
    }

    private static void Refused<T>(Func<T> read)
    {
        try
        {
            read();
        }
        catch (ProblemException)
        {
            // refused as it should be
        }
    }
}
