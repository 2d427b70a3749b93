using System.Text;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Parcels;
using Fleet.Testing;

namespace Fleet.Shared.Tests.Onnx.Parcels;

public sealed class ParcelTests
{
    private const double Little = 0.02;

    [Fact]
    public void Any_network_comes_back_bit_for_bit_from_any_base()
    {
        for (var seed = 0; seed < Mutants.Runs(few: 10); seed++)
        {
            var networks = new Networks(seed);
            var first = networks.Any();
            byte[][] files = [OnnxFile.Write(first), OnnxFile.Write(networks.Trained(first, Little)), OnnxFile.Write(networks.Any()), Encoding.ASCII.GetBytes($"no network {seed}"), []];
            foreach (var file in files)
            {
                foreach (var from in files)
                {
                    Assert.Equal(file, Parcel.Unpack(Parcel.Pack(file, from), from, Ref(file)));
                }
            }
        }
    }

    [Fact]
    public void A_network_trained_a_little_more_travels_as_its_difference()
    {
        var networks = new Networks(seed: 1);
        var model = networks.Halves(isSparse: false);
        var (before, after) = (OnnxFile.Write(model), OnnxFile.Write(networks.Trained(model, Little)));

        Assert.InRange(Parcel.Pack(after, before).Length, 1, Parcel.Pack(after).Length * 0.7);
    }

    [Fact]
    public void Layers_that_did_not_change_cost_next_to_nothing()
    {
        var networks = new Networks(seed: 1);
        var model = networks.Halves(isSparse: true);
        var (before, after) = (OnnxFile.Write(model), OnnxFile.Write(networks.Trained(model, Little, name => name == "w0")));

        Assert.InRange(Parcel.Pack(after, before).Length, 1, after.Length * 0.08);
    }

    [Fact]
    public void Pruned_weights_travel_as_places_and_values()
    {
        var networks = new Networks(seed: 1);
        var model = networks.Halves(isSparse: true);
        var (before, after) = (OnnxFile.Write(model), OnnxFile.Write(networks.Trained(model, Little)));
        var elements = before.Length / 2;

        // two of four values of at most 16 bits, and which two: below three bits for the four
        Assert.InRange(Parcel.Pack(before).Length, 1, (elements * 0.5 * 2) + (elements / 4.0 * 3 / 8) + 2000);

        // where the same weights stay, their places cost nothing
        Assert.InRange(Parcel.Pack(after, before).Length, 1, elements * 0.5 * 1.2);
    }

    [Fact]
    public void A_parcel_needs_the_base_it_was_made_from()
    {
        var networks = new Networks(seed: 1);
        var model = networks.Halves(isSparse: true);
        var (before, after) = (OnnxFile.Write(model), OnnxFile.Write(networks.Trained(model, Little)));
        var parcel = Parcel.Pack(after, before);

        Refused(() => Parcel.Unpack(parcel, OnnxFile.Write(networks.Trained(model, Little)), Ref(after)));
        Refused(() => Parcel.Unpack(parcel, [], Ref(after)));
        Refused(() => Parcel.Unpack(parcel, before, Ref(before)));
    }

    [Fact]
    public void What_would_unfold_beyond_the_signed_size_is_refused()
    {
        var small = new byte[1000];
        var large = Parcel.Pack(new byte[32 << 20]);

        Assert.InRange(large.Length, 1, 10_000);
        Refused(() => Parcel.Unpack(large, [], Ref(small)));

        // the head tells the signed size, the stream within unfolds to 32 MiB
        var head = "FPC1"u8.Length + 1;
        const int bytesOfSize = 4;
        Refused(() => Parcel.Unpack([.. large[..head], 0xE8, 0x07, .. large[(head + bytesOfSize)..]], [], Ref(small)));
        var lengths = large.ToList();
        var at = head + bytesOfSize + 2;
        lengths.RemoveRange(at, bytesOfSize);
        lengths.InsertRange(at, [0xE8, 0x07]);
        lengths.RemoveRange(head, bytesOfSize);
        lengths.InsertRange(head, [0xE8, 0x07]);
        Refused(() => Parcel.Unpack([.. lengths], [], Ref(small)));
    }

    [Fact]
    public void A_damaged_parcel_gives_the_signed_bytes_or_none()
    {
        var networks = new Networks(seed: 3);
        var model = networks.Of(type: 3, isSparse: true, layers: 2);
        var (before, after) = (OnnxFile.Write(model), OnnxFile.Write(networks.Trained(model, Little)));
        var mixed = networks.Any();
        var (mixedBefore, mixedAfter) = (OnnxFile.Write(mixed), OnnxFile.Write(networks.Trained(mixed, Little)));

        Feed(before, after, few: 60);
        Feed(mixedBefore, mixedAfter, few: 300);

        static void Feed(byte[] from, byte[] file, int few) => Mutants.Feed([Parcel.Pack(file, from), Parcel.Pack(file)], few, mutant =>
        {
            try
            {
                Assert.Equal(file, Parcel.Unpack(mutant, from, Ref(file)));
            }
            catch (ProblemException e) when (e.Kind == Problems.ParcelMalformed)
            {
                // refused as it should be
            }
        });
    }

    private static BlobRef Ref(byte[] file) => new(Digest.Of(file), file.Length);

    private static void Refused(Action unpack) => Assert.Equal(Problems.ParcelMalformed, Assert.Throws<ProblemException>(unpack).Kind);
}
