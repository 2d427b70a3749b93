using Fleet.Agent.Outbox;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Agent.Tests.Outbox;

public sealed class SampleOutboxTests : IDisposable
{
    private const long Plenty = 1 << 20;
    private readonly TempFolder _folder = new();

    private string Index => _folder.At("outbox", "index.db");

    [Fact]
    public void The_most_valuable_sample_goes_first_and_leaves_only_when_sent()
    {
        using var outbox = Open();
        Add(outbox, 1, value: 0.2);
        Add(outbox, 2, value: 0.9);

        Assert.Equal(0.9, outbox.Next()!.Frame.Score);
        Assert.Equal(0.9, outbox.Next()!.Frame.Score);
        outbox.Sent(outbox.Next()!.Frame.Digest);
        Assert.Equal(0.2, outbox.Next()!.Frame.Score);
    }

    [Fact]
    public void The_same_sample_twice_is_kept_once()
    {
        using var outbox = Open();
        Add(outbox, 1, 0.5);
        Add(outbox, 1, 0.5);

        Assert.Equal(1, outbox.Size.Count);
    }

    [Fact]
    public void When_space_is_short_the_least_valuable_goes_and_is_counted()
    {
        using var outbox = Open();
        Add(outbox, 1, 0.1);
        Add(outbox, 2, 0.8);
        var budget = outbox.Size.Bytes + 10;

        Assert.True(Add(outbox, 3, 0.5, budget));
        Assert.False(Add(outbox, 4, 0.05, budget));

        Assert.Equal((2, 2), (outbox.Size.Count, outbox.Dropped));
        Assert.Equal([0.8, 0.5], Drain(outbox));
    }

    [Fact]
    public void One_that_finds_no_room_however_many_lesser_ones_went_costs_none_of_them_its_place()
    {
        using var outbox = Open();
        Add(outbox, 1, 0.1);
        Add(outbox, 2, 0.2);
        Add(outbox, 3, 0.7);
        var budget = outbox.Size.Bytes;

        Assert.False(outbox.Add(Large(bytes: 3000, value: 0.9), budget));
        Assert.False(outbox.Add(Large(bytes: 900, value: 0.5), budget));
        Assert.Equal(2, outbox.Dropped);
        Assert.Equal([0.7, 0.2, 0.1], Drain(outbox));
    }

    [Fact]
    public void A_refused_sample_waits_behind_the_others_and_is_not_lost()
    {
        using var outbox = Open();
        Add(outbox, 1, 0.9);
        Add(outbox, 2, 0.3);
        outbox.Refused(outbox.Next()!.Frame.Digest);

        Assert.Equal(0.3, outbox.Next()!.Frame.Score);
        Assert.Equal(2, outbox.Size.Count);
    }

    [Fact]
    public void Whatever_part_of_the_index_a_power_cut_tore_every_sample_stays_and_more_can_be_kept()
    {
        const int Page = 8192;
        using (var outbox = Open())
        {
            for (var i = 0; i < 60; i++)
            {
                Add(outbox, (byte)i, i / 60.0);
            }
        }

        var whole = File.ReadAllBytes(Index);
        for (var at = 0; at < whole.Length; at += Page)
        {
            foreach (var other in (int[])[-1, 0, Page])
            {
                // nothing, or what belongs elsewhere, stands where the page was
                var torn = whole.ToArray();
                (other < 0 ? new byte[Page] : whole[other..(other + Page)]).CopyTo(torn, at);
                File.WriteAllBytes(Index, torn);
                File.Delete(_folder.At("outbox", "index-log.db"));

                using var outbox = Open();
                Assert.Equal(60, outbox.Size.Count);
                Assert.True(Add(outbox, 60, 0.5));
                outbox.Sent(Digest.Of(Picture(60)));
            }
        }
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("garbage")]
    [InlineData("torn")]
    [InlineData("zeroed")]
    public void An_index_that_is_missing_or_damaged_is_made_anew_from_the_files(string damage)
    {
        using (var outbox = Open())
        {
            Enumerable.Range(1, 20).ToList().ForEach(i => Add(outbox, (byte)i, i / 100.0));
        }

        Damage(damage);

        using var again = Open();
        Assert.Equal(20, again.Size.Count);
        Assert.Equal(Enumerable.Range(1, 20).Reverse().Select(i => i / 100.0), Drain(again));
    }

    [Fact]
    public void A_picture_without_its_description_is_no_sample_and_is_removed()
    {
        using (var outbox = Open())
        {
            Add(outbox, 1, 0.5);
        }

        File.Delete(Directory.GetFiles(_folder.At("outbox"), "*.json").Single());

        using var again = Open();
        Assert.Equal(0, again.Size.Count);
        Assert.Empty(Directory.GetFiles(_folder.At("outbox"), "*.jpg"));
    }

    public void Dispose() => _folder.Dispose();

    private static bool Add(SampleOutbox outbox, byte content, double value, long budget = Plenty)
    {
        var jpeg = Picture(content);
        return outbox.Add(new WaitingSample(A.Message(jpeg, value), jpeg), budget);
    }

    private static WaitingSample Large(int bytes, double value)
    {
        var jpeg = new byte[bytes];
        return new WaitingSample(A.Message(jpeg, value), jpeg);
    }

    private static byte[] Picture(byte content)
    {
        var jpeg = new byte[200];
        Array.Fill(jpeg, content);
        return jpeg;
    }

    private static List<double> Drain(SampleOutbox outbox)
    {
        var scores = new List<double>();
        while (outbox.Next() is { } sample)
        {
            scores.Add(sample.Frame.Score);
            outbox.Sent(sample.Frame.Digest);
        }

        return scores;
    }

    private void Damage(string damage)
    {
        var bytes = File.ReadAllBytes(Index);
        switch (damage)
        {
            case "missing":
                File.Delete(Index);
                return;
            case "garbage":
                File.WriteAllText(Index, "this is no database");
                return;
            case "torn":
                File.WriteAllBytes(Index, bytes[..(bytes.Length / 2)]);
                return;
            default:
                Array.Clear(bytes, bytes.Length / 2, bytes.Length / 2);
                File.WriteAllBytes(Index, bytes);
                return;
        }
    }

    private SampleOutbox Open() => new(AgentPaths.Of(_folder.Path), NullLogger<SampleOutbox>.Instance);
}
