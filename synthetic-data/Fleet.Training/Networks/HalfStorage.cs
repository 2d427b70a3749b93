using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;
using static Fleet.Onnx.Schema.TensorProto.Types;

namespace Fleet.Training.Networks;

/// <summary>Keeps convolution weights as float16 in the file; a Cast widens each at load, so the arithmetic stays float32.</summary>
internal static class HalfStorage
{
    /// <summary>A copy of about half the size; biases stay float32.</summary>
    public static ModelProto Of(ModelProto model)
    {
        var small = model.Clone();
        var graph = small.Graph;
        var weights = graph.Node.Where(n => n.OpType == "Conv").Select(n => n.Input[1]).ToHashSet();
        foreach (var tensor in graph.Initializer.Where(t => weights.Contains(t.Name) && t.DataType == (int)DataType.Float))
        {
            var values = Tensors.Floats(tensor);
            var widened = tensor.Name;
            if (graph.Input.FirstOrDefault(i => i.Name == widened) is { } listed)
            {
                // before version 4 a constant had to be an input too, which a Cast's result cannot be
                graph.Input.Remove(listed);
                small.IrVersion = Math.Max(small.IrVersion, 4);
            }

            tensor.Name = widened + ".half";
            tensor.DataType = (int)DataType.Float16;
            Tensors.Store(tensor, values);
            var cast = new NodeProto { OpType = "Cast", Name = widened };
            cast.Input.Add(tensor.Name);
            cast.Output.Add(widened);
            cast.Attribute.Add(GraphBuilder.Int("to", (long)DataType.Float));
            graph.Node.Insert(0, cast);
        }

        return small;
    }

    /// <summary>A copy whose weights are float32 again, each directly where it is used.</summary>
    public static ModelProto Undo(ModelProto model)
    {
        var wide = model.Clone();
        var graph = wide.Graph;
        var halves = graph.Initializer.Where(t => t.DataType == (int)DataType.Float16).ToDictionary(t => t.Name);
        foreach (var cast in graph.Node.Where(n => n.OpType == "Cast" && halves.ContainsKey(n.Input[0]) && n.Attribute.Any(a => a.Name == "to" && a.I == (long)DataType.Float)).ToList())
        {
            graph.Initializer.Add(Tensors.Of(cast.Output[0], Tensors.Floats(halves[cast.Input[0]]), [.. halves[cast.Input[0]].Dims]));
            graph.Node.Remove(cast);
        }

        BatchNormFolding.RemoveUnused(graph);
        return wide;
    }
}
