using Fleet.Onnx.Schema;
using Fleet.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Quantisation;

/// <summary>Between which bounds a value of a graph lies.</summary>
internal readonly record struct ValueRange(float Low, float High)
{
    // values farther out are rare, and a scale that is wide enough for them is too coarse for all others
    private const double Share = 0.9999;
    private const int EachSampled = 5;

    /// <summary>Runs frames through the graph; of each frame its least value and its 99.99th percentile count.</summary>
    /// <param name="model">A graph that computes in float32.</param>
    /// <param name="batches">Its inputs, one by one; each belongs to the scope in which it is asked for.</param>
    /// <param name="names">Values to look at.</param>
    public static IReadOnlyDictionary<string, ValueRange> Measure(ModelProto model, IEnumerable<Func<Tensor>> batches, IReadOnlyCollection<string> names)
    {
        using var network = new Network(model);
        using var still = no_grad();
        var ranges = new Dictionary<string, ValueRange>();
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var values = network.Run(batch(), learning: false);
            foreach (var name in names)
            {
                var seen = Of(values[name]);
                ranges[name] = ranges.TryGetValue(name, out var before) ? new(Math.Min(before.Low, seen.Low), Math.Max(before.High, seen.High)) : seen;
            }
        }

        return ranges;
    }

    private static ValueRange Of(Tensor value)
    {
        var flat = value.flatten();
        var sample = flat.slice(0, 0, flat.numel(), flat.numel() > 20_000 ? EachSampled : 1).contiguous().data<float>().ToArray();
        Array.Sort(sample);
        return new(flat.min().ToSingle(), sample[(int)Math.Min(sample.Length - 1, sample.Length * Share)]);
    }
}
