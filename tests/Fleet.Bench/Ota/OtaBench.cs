using System.Diagnostics;
using System.Globalization;
using Fleet.Contracts;
using Fleet.Onnx.Parcels;
using Fleet.Testing;

namespace Fleet.Bench.Ota;

/// <summary>Bytes that travel when a device gets the next version of a network it has.</summary>
internal static class OtaBench
{
    private const double MustOfRaw = 0.10;
    private const double AimOfRaw = 0.05;
    private const double MustOfPacked = 0.5;
    private const double AimOfPacked = 0.3;

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        await Peers.InstallAsync(cancellationToken);
        var peers = new Peers(folder.Path);
        var work = options.Work ?? Path.Combine(Repository.Root, ".fleet", "bench", "ota");
        IReadOnlyList<Pair> pairs = options is { From: { } from, To: { } to }
            ? [new(Path.GetFileName(to), from, to)]
            : await new FinePairs(Directory.CreateDirectory(work).FullName, options.Quick).TrainAsync(cancellationToken);
        List<BenchRow> rows = [];
        foreach (var pair in pairs)
        {
            rows.AddRange(await MeasureAsync(pair, peers, cancellationToken));
        }

        rows[0] = rows[0] with { Note = options.From is null ? FinePairs.Said(options.Quick) : $"from {options.From} to {options.To}" };
        return rows;
    }

    private static async Task<IReadOnlyList<BenchRow>> MeasureAsync(Pair pair, Peers peers, CancellationToken cancellationToken)
    {
        var (from, to) = (await File.ReadAllBytesAsync(pair.From, cancellationToken), await File.ReadAllBytesAsync(pair.To, cancellationToken));
        var started = Stopwatch.GetTimestamp();
        var parcel = Parcel.Pack(to, from);
        var packed = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        if (!Parcel.Unpack(parcel, from, new BlobRef(Digest.Of(to), to.Length)).AsSpan().SequenceEqual(to))
        {
            throw new BenchFailedException($"{pair.Name}: what was unpacked is not the file.");
        }

        Benches.Say(string.Create(CultureInfo.InvariantCulture, $"ota: {pair.Name}: packed in {packed.TotalSeconds:0.0} s, unpacked in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s"));
        BenchRow Row(string against, double ours, double? peer) => new($"{pair.Name}: {against}", ours / 1000, peer / 1000, "kB", ours / peer) { AtMost = true };
        var whole = await peers.WholeAsync(pair, cancellationToken);
        List<BenchRow> rows =
        [
            Row("difference / raw file", parcel.Length, to.Length),
            Row("difference / zstd -19", parcel.Length, whole) with { Note = Peers.Note, Must = pair.RawBytes is null ? null : MustOfPacked, Aim = pair.RawBytes is null ? null : AimOfPacked },
            Row("difference / zstd --patch-from", parcel.Length, await peers.PatchAsync(pair, cancellationToken)),
            Row("difference / bsdiff", parcel.Length, await peers.DiffAsync(pair, cancellationToken)),
            Row("packed, without base / zstd -19", Parcel.Pack(to).Length, whole),
        ];
        if (pair.RawBytes is { } raw)
        {
            rows.Insert(0, Row("difference / raw ONNX, 32 bits", parcel.Length, raw) with { Must = MustOfRaw, Aim = AimOfRaw });
        }

        return rows;
    }
}
