using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;
using static Fleet.Onnx.Schema.TensorProto.Types;

namespace Fleet.Training.Networks;

/// <summary>A graph that computes in float16, as the same graph in float32: training computes so, and can be compared with nothing else exactly.</summary>
internal static class Widening
{
    /// <summary>Whether values between the nodes are float16; weights that are only stored so are no sign of it.</summary>
    public static bool IsHalf(ModelProto model) =>
        model.Graph.Input.Concat(model.Graph.Output).Any(v => v.Type?.TensorType?.ElemType == (int)DataType.Float16) || model.Graph.Node.Any(IsNarrowing);

    /// <summary>A widened copy.</summary>
    public static ModelProto Of(ModelProto model)
    {
        var wide = model.Clone();
        var graph = wide.Graph;
        foreach (var tensor in Constants.Of(graph).Values.Where(t => t.DataType == (int)DataType.Float16))
        {
            var values = Tensors.Floats(tensor);
            tensor.DataType = (int)DataType.Float;
            Tensors.Store(tensor, values);
        }

        foreach (var cast in graph.Node.Where(IsNarrowing))
        {
            cast.Attribute.First(a => a.Name == "to").I = (long)DataType.Float;
        }

        foreach (var type in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo).Select(v => v.Type?.TensorType).Where(t => t?.ElemType == (int)DataType.Float16))
        {
            type!.ElemType = (int)DataType.Float;
        }

        return wide;
    }

    private static bool IsNarrowing(NodeProto node) => node.OpType == "Cast" && node.Attribute.Any(a => a.Name == "to" && a.I == (long)DataType.Float16);
}
