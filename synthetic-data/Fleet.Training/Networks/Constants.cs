using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;
using static Fleet.Onnx.Schema.AttributeProto.Types;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>The constants of a graph, whether they lie in its list of initialisers or in nodes of their own.</summary>
internal static class Constants
{
    /// <summary>By name of the value; the tensors are those of the graph, so what is written into one is in the graph.</summary>
    public static Dictionary<string, TensorProto> Of(GraphProto graph)
    {
        var found = new Dictionary<string, TensorProto>();
        foreach (var tensor in graph.Initializer)
        {
            found[tensor.Name] = tensor;
        }

        foreach (var node in graph.Node.Where(IsConstant))
        {
            var attribute = node.Attribute[0];
            var tensor = attribute.Type == AttributeType.Tensor || attribute.T is not null ? attribute.T : Written(attribute);
            tensor.Name = node.Output[0];
            (attribute.Name, attribute.Type, attribute.T) = ("value", AttributeType.Tensor, tensor);
            found[node.Output[0]] = tensor;
        }

        return found;
    }

    public static bool IsConstant(NodeProto node) => node.OpType == "Constant" && node.Attribute.Count == 1 && node.Attribute[0].Name != "sparse_value";

    /// <summary>A tensor on which operators work: float32, int64 or bool.</summary>
    public static Tensor AsTensor(TensorProto stored) => stored switch
    {
        _ when Tensors.IsFloating(stored) => tensor(Tensors.Floats(stored), stored.Dims.ToArray()),
        { DataType: (int)DataType.Bool } => tensor(Tensors.Integers(stored), stored.Dims.ToArray()).to(ScalarType.Bool),
        _ => tensor(Tensors.Integers(stored), stored.Dims.ToArray()),
    };

    // newer operator sets write plain numbers as attributes of their own
    private static TensorProto Written(AttributeProto attribute)
    {
        var tensor = attribute.Name switch
        {
            "value_float" => Tensors.Of("", [attribute.F], []),
            "value_floats" => Tensors.Of("", [.. attribute.Floats], [attribute.Floats.Count]),
            "value_int" => new TensorProto { DataType = (int)DataType.Int64, Int64Data = { attribute.I } },
            _ => new TensorProto { DataType = (int)DataType.Int64, Dims = { attribute.Ints.Count }, Int64Data = { attribute.Ints } },
        };
        attribute.ClearWritten();
        return tensor;
    }

    private static void ClearWritten(this AttributeProto attribute)
    {
        attribute.Floats.Clear();
        attribute.Ints.Clear();
        (attribute.F, attribute.I) = (0, 0);
    }
}
