using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;

namespace Fleet.Training.Networks;

/// <summary>Merges each batch normalisation into the convolution before it: the same function with fewer nodes.</summary>
/// <remarks>It scales whole output channels, so a zero stays a zero and a 2:4 pattern stays one.</remarks>
internal static class BatchNormFolding
{
    /// <summary>A folded copy; a normalisation that does not directly follow a convolution of its own stays as it is.</summary>
    public static ModelProto Fold(ModelProto model)
    {
        var folded = model.Clone();
        var graph = folded.Graph;
        foreach (var norm in graph.Node.Where(n => n.OpType == "BatchNormalization").ToList())
        {
            var conv = graph.Node.FirstOrDefault(n => n.OpType == "Conv" && n.Output[0] == norm.Input[0]);
            if (conv is not null && graph.Node.Count(n => n.Input.Contains(conv.Output[0])) == 1 && Merge(graph, conv, norm))
            {
                conv.Output[0] = norm.Output[0];
                graph.Node.Remove(norm);
            }
        }

        RemoveUnused(graph);
        return folded;
    }

    private static bool Merge(GraphProto graph, NodeProto conv, NodeProto norm)
    {
        var weight = Find(graph, conv.Input[1]);
        var constants = norm.Input.Skip(1).Select(name => Find(graph, name)).ToArray();
        var bias = conv.Input.Count > 2 ? Find(graph, conv.Input[2]) : null;
        if (weight is null || constants.Any(c => c is null) || (conv.Input.Count > 2 && bias is null))
        {
            return false;
        }

        var (scale, shift, mean, variance) = (Tensors.Floats(constants[0]!), Tensors.Floats(constants[1]!), Tensors.Floats(constants[2]!), Tensors.Floats(constants[3]!));
        var epsilon = norm.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? 1e-5f;
        var weights = Tensors.Floats(weight);
        var biases = bias is null ? new float[scale.Length] : Tensors.Floats(bias);
        var each = weights.Length / scale.Length;
        for (var channel = 0; channel < scale.Length; channel++)
        {
            var factor = scale[channel] / Math.Sqrt((double)variance[channel] + epsilon);
            biases[channel] = (float)((biases[channel] - (double)mean[channel]) * factor + shift[channel]);
            for (var i = channel * each; i < (channel + 1) * each; i++)
            {
                weights[i] = (float)(weights[i] * factor);
            }
        }

        Tensors.Store(weight, weights);
        GiveBias(graph, conv, bias, biases);
        return true;
    }

    private static void GiveBias(GraphProto graph, NodeProto conv, TensorProto? bias, float[] biases)
    {
        if (bias is not null)
        {
            Tensors.Store(bias, biases);
            return;
        }

        var name = conv.Input[1].EndsWith(".weight", StringComparison.Ordinal) ? conv.Input[1][..^".weight".Length] + ".bias" : conv.Input[1] + ".bias";
        graph.Initializer.Add(Tensors.Of(name, biases, [biases.Length]));
        conv.Input.Add(name);
    }

    private static TensorProto? Find(GraphProto graph, string name) => graph.Initializer.FirstOrDefault(t => t.Name == name);

    private static void RemoveUnused(GraphProto graph)
    {
        var used = graph.Node.SelectMany(n => n.Input).ToHashSet();
        foreach (var tensor in graph.Initializer.Where(t => !used.Contains(t.Name)).ToList())
        {
            graph.Initializer.Remove(tensor);
        }
    }
}
