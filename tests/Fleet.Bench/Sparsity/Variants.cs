using System.Runtime.InteropServices;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.Bench.Sparsity;

/// <summary>Makes the variants of a network that a race of speed needs. None of them is trained: they are as fast as a trained one, and find nothing.</summary>
internal static class Variants
{
    private const int Float = 1;
    private const int Half = 10;

    /// <summary>Weights that are stored in 16 bits and widened by the graph, as 32 bits.</summary>
    public static ModelProto Widened(ModelProto model)
    {
        var copy = model.Clone();
        var halves = copy.Graph.Initializer.Where(t => t.DataType == Half && t.RawData.Length > 0).ToDictionary(t => t.Name);
        foreach (var cast in copy.Graph.Node.Where(n => n.OpType == "Cast" && halves.ContainsKey(n.Input[0])).ToList())
        {
            var half = halves[cast.Input[0]];
            var wide = MemoryMarshal.Cast<byte, System.Half>(half.RawData.Span).ToArray().Select(v => (float)v).ToArray();
            copy.Graph.Initializer.Add(WideNetwork.Floats(cast.Output[0], [.. half.Dims], wide));
            copy.Graph.Node.Remove(cast);
        }

        return copy;
    }

    /// <summary>No weight is zero, as in a network that was never pruned.</summary>
    public static ModelProto Dense(ModelProto model) => Edit(model, (weights, _) =>
    {
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = weights[i] == 0 ? 1e-3f : weights[i];
        }
    });

    /// <summary>Of each four weights along the input channels the two smallest are zero, in every layer that divides into fours.</summary>
    public static ModelProto TwoOfFour(ModelProto model) => Edit(model, (weights, channels) =>
    {
        var taps = weights.Length / (channels.Out * channels.In);
        for (var at = 0; channels.In % 4 == 0 && at < weights.Length; at++)
        {
            if (at / taps % 4 == 0)
            {
                ZeroTwo(weights, at, taps);
            }
        }
    });

    /// <summary>Weights of convolutions stored in 16 bits, widened when the network is loaded.</summary>
    public static ModelProto Fp16(ModelProto model)
    {
        var copy = model.Clone();
        foreach (var tensor in Weights(copy))
        {
            var halves = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray().Select(v => (System.Half)v).ToArray();
            var name = tensor.Name;
            (tensor.Name, tensor.DataType, tensor.RawData) = ($"{name}.half", Half, ByteString.CopyFrom(MemoryMarshal.AsBytes(halves.AsSpan())));
            var cast = new NodeProto { OpType = "Cast", Name = $"widen-{name}" };
            cast.Input.Add(tensor.Name);
            cast.Output.Add(name);
            cast.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = Float });
            copy.Graph.Node.Insert(0, cast);
        }

        return copy;
    }

    /// <summary>32-bit weights of convolutions, as they lie in the graph.</summary>
    public static IReadOnlyList<TensorProto> Weights(ModelProto model)
    {
        var names = model.Graph.Node.Where(n => n is { OpType: "Conv", Input.Count: >= 2 }).Select(n => n.Input[1]).ToHashSet();
        return [.. model.Graph.Initializer.Where(t => names.Contains(t.Name) && t.DataType == Float && t.RawData.Length > 0 && t.Dims.Count == 4)];
    }

    private static ModelProto Edit(ModelProto model, Action<float[], (int Out, int In)> edit)
    {
        var copy = model.Clone();
        foreach (var tensor in Weights(copy))
        {
            var values = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
            edit(values, ((int)tensor.Dims[0], (int)tensor.Dims[1]));
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        return copy;
    }

    private static void ZeroTwo(float[] weights, int at, int taps)
    {
        Span<int> four = [at, at + taps, at + (2 * taps), at + (3 * taps)];
        four.Sort((a, b) => Math.Abs(weights[a]).CompareTo(Math.Abs(weights[b])));
        (weights[four[0]], weights[four[1]]) = (0, 0);
    }
}
