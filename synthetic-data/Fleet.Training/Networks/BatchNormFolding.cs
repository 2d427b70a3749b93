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
        var norms = graph.Node.Where(n => n.OpType == "BatchNormalization").ToList();
        var constants = Constants.Of(graph);
        var uses = graph.Node.SelectMany(n => n.Input).Concat(graph.Output.Select(o => o.Name)).CountBy(name => name).ToDictionary();
        foreach (var norm in norms)
        {
            var conv = graph.Node.FirstOrDefault(n => n.OpType == "Conv" && n.Output[0] == norm.Input[0]);
            if (conv is not null && uses[conv.Output[0]] == 1 && conv.Input.Skip(1).All(name => uses[name] == 1) && Merge(graph, constants, conv, norm))
            {
                conv.Output[0] = norm.Output[0];
                graph.Node.Remove(norm);
            }
        }

        if (norms.Count > 0)
        {
            RemoveUnused(graph);

            // before version 4 a constant had to be an input too, which a new bias is not
            folded.IrVersion = Math.Max(folded.IrVersion, 4);
        }

        return folded;
    }

    private static bool Merge(GraphProto graph, Dictionary<string, TensorProto> known, NodeProto conv, NodeProto norm)
    {
        var weight = known.GetValueOrDefault(conv.Input[1]);
        var constants = norm.Input.Skip(1).Select(known.GetValueOrDefault).ToArray();
        var bias = conv.Input.Count > 2 ? known.GetValueOrDefault(conv.Input[2]) : null;
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
        GiveBias(graph, conv, weight, bias, biases);
        return true;
    }

    private static void GiveBias(GraphProto graph, NodeProto conv, TensorProto weight, TensorProto? bias, float[] biases)
    {
        if (bias is not null)
        {
            Tensors.Store(bias, biases);
            return;
        }

        var name = conv.Input[1].EndsWith(".weight", StringComparison.Ordinal) ? conv.Input[1][..^".weight".Length] + ".bias" : conv.Input[1] + ".bias";
        var made = new TensorProto { Name = name, DataType = weight.DataType, Dims = { biases.Length } };
        Tensors.Store(made, biases);
        graph.Initializer.Add(made);
        conv.Input.Add(name);
    }

    /// <summary>Takes out constants that no node reads.</summary>
    public static void RemoveUnused(GraphProto graph)
    {
        var used = graph.Node.SelectMany(n => n.Input).Concat(graph.Output.Select(o => o.Name)).ToHashSet();
        var unused = graph.Initializer.Where(t => !used.Contains(t.Name)).ToList();
        foreach (var tensor in unused)
        {
            graph.Initializer.Remove(tensor);
            if (graph.Input.FirstOrDefault(i => i.Name == tensor.Name) is { } listed)
            {
                graph.Input.Remove(listed);
            }
        }

        foreach (var node in graph.Node.Where(n => Constants.IsConstant(n) && !used.Contains(n.Output[0])).ToList())
        {
            graph.Node.Remove(node);
        }
    }
}
