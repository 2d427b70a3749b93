using Fleet.Training.Learning;
using Fleet.Training.Networks;

namespace Fleet.Training.Tiles;

/// <summary>What a killed training of tiles goes on from: where its stage was, what each search found, and the networks of finished stages.</summary>
/// <param name="folder">Where the files lie.</param>
/// <param name="run">Identity of everything the result depends on; files of another run are not used.</param>
internal sealed class TileProgress(string folder, string run)
{
    private const string Magic = "fleet-tiles-1";

    /// <summary>The state of the stage that was cut off; null where nothing was.</summary>
    public Checkpoint? Found() => Checkpoint.Read(At("checkpoint"), run);

    public void Store(string stage, Network network, AdamW optimiser, RunningMean mean) => Checkpoint.Take(run, stage, network, optimiser, mean).Write(At("checkpoint"));

    /// <summary>Keeps the weights that a stage ended with.</summary>
    public void StoreWeights(string name, Network network) => Checkpoint.TakeWeights(run, network).Write(At(name));

    /// <summary>The weights that a stage ended with; null where it has not, or they are damaged.</summary>
    public Checkpoint? Weights(string name) => Checkpoint.Read(At(name), run);

    /// <summary>Keeps what a search found, so that after a power cut there is all of it or nothing.</summary>
    public void Store(int search, TileFinds finds)
    {
        var path = At($"search-{search}");
        using (var file = new FileStream(path + ".tmp", FileMode.Create))
        using (var writer = new BinaryWriter(file))
        {
            writer.Write(Magic);
            writer.Write(run);
            foreach (var tiles in Kinds(finds))
            {
                writer.Write(tiles.Count);
                tiles.ForEach(writer.Write);
            }

            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>What the searches up to <paramref name="count"/> found.</summary>
    /// <returns>Null where one of them is missing or damaged: the stage has to begin anew.</returns>
    public IReadOnlyList<TileFinds>? Finds(int count)
    {
        var all = Enumerable.Range(0, count).Select(Read).OfType<TileFinds>().ToList();
        return all.Count == count ? all : null;
    }

    /// <summary>Deletes everything; to be called when the result is safe.</summary>
    public void Forget()
    {
        foreach (var file in Directory.EnumerateFiles(folder, "tiles-*.bin"))
        {
            File.Delete(file);
        }
    }

    private string At(string name) => Path.Combine(folder, $"tiles-{name}.bin");

    private TileFinds? Read(int search)
    {
        var path = At($"search-{search}");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var reader = new BinaryReader(new BufferedStream(File.OpenRead(path)));
            if (reader.ReadString() != Magic || reader.ReadString() != run)
            {
                return null;
            }

            var finds = new TileFinds();
            foreach (var tiles in Kinds(finds))
            {
                tiles.AddRange(Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadBytes(TilePool.Area)));
            }

            return Kinds(finds).All(k => k.TrueForAll(t => t.Length == TilePool.Area)) ? finds : null;
        }
        catch (EndOfStreamException)
        {
            // a torn file costs the searches since the start, nothing else
            return null;
        }
    }

    private static List<byte[]>[] Kinds(TileFinds finds) => [finds.Objects, finds.Background, finds.Hard];
}
