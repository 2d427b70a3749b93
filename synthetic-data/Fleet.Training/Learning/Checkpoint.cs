using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Learning;

/// <summary>Everything that a killed run needs to go on as if nothing had happened: named tensors, and where it was.</summary>
/// <param name="Run">Identity of recipe, base, frames and seed; a checkpoint of another run is not used.</param>
/// <param name="Stage">The stage it is in.</param>
/// <param name="Step">Steps of the stage that are done.</param>
/// <param name="Tensors">Weights, statistics, moments and means by name.</param>
internal sealed record Checkpoint(string Run, string Stage, int Step, IReadOnlyDictionary<string, float[]> Tensors)
{
    private const string Magic = "fleet-checkpoint-1";

    /// <summary>Takes the state of a stage.</summary>
    public static Checkpoint Take(string run, string stage, Network network, AdamW optimiser, RunningMean mean) =>
        new(run, stage, optimiser.Step, Parts(network, optimiser, mean).ToDictionary(p => p.Name, p => Network.Values(p.Tensor)));

    /// <summary>Takes the weights and statistics alone.</summary>
    public static Checkpoint TakeWeights(string run, Network network) => new(run, "weights", 0, Learnt(network).ToDictionary(p => p.Name, p => Network.Values(p.Tensor)));

    /// <summary>Puts the state back.</summary>
    public void Restore(Network network, AdamW optimiser, RunningMean mean)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, target) in Parts(network, optimiser, mean))
        {
            target.copy_(tensor(Tensors[name], target.shape));
        }

        optimiser.Step = Step;
    }

    /// <summary>Puts the weights and statistics back, as far as a pattern of zeros is read from them.</summary>
    public void RestoreWeights(Network network)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, target) in Learnt(network))
        {
            target.copy_(tensor(Tensors[name], target.shape));
        }
    }

    /// <summary>Writes it so that after a power cut there is the old one or the new one.</summary>
    public void Write(string path)
    {
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create))
        using (var writer = new BinaryWriter(file))
        {
            writer.Write(Magic);
            writer.Write(Run);
            writer.Write(Stage);
            writer.Write(Step);
            writer.Write(Tensors.Count);
            foreach (var (name, values) in Tensors)
            {
                writer.Write(name);
                writer.Write(values.Length);
                writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
            }

            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads the checkpoint of <paramref name="run"/>.</summary>
    /// <returns>Null where there is none, it is damaged, or it belongs to another run.</returns>
    public static Checkpoint? Read(string path, string run)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var reader = new BinaryReader(new BufferedStream(File.OpenRead(path)));
            return reader.ReadString() == Magic && reader.ReadString() == run ? Body(reader, run) : null;
        }
        catch (EndOfStreamException)
        {
            // a torn file costs the steps since the start, nothing else
            return null;
        }
    }

    private static Checkpoint Body(BinaryReader reader, string run)
    {
        var (stage, step, count) = (reader.ReadString(), reader.ReadInt32(), reader.ReadInt32());
        var tensors = new Dictionary<string, float[]>(count);
        for (var i = 0; i < count; i++)
        {
            var name = reader.ReadString();
            var values = new float[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
            tensors[name] = values;
        }

        return new Checkpoint(run, stage, step, tensors);
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Learnt(Network network) =>
        network.Weights.Select(w => ("weight/" + w.Key, w.Value)).Concat(network.Statistics.Select(s => ("statistic/" + s.Key, s.Value)));

    private static IEnumerable<(string Name, Tensor Tensor)> Parts(Network network, AdamW optimiser, RunningMean mean) =>
        Learnt(network)
            .Concat(optimiser.State.Select(s => ("moment/" + s.Key, s.Value)))
            .Concat(mean.State.Select(s => ("mean/" + s.Key, s.Value)));
}
