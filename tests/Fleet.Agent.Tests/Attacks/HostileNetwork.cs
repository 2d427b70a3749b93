using Fleet.Agent.Tests.Whole;
using Fleet.Onnx;
using Fleet.Onnx.Schema;

namespace Fleet.Agent.Tests.Attacks;

/// <summary>Networks that were made to do harm where they are read.</summary>
internal static class HostileNetwork
{
    public static byte[] Of(string kind)
    {
        if (kind == "no model")
        {
            return "<html><script>alert(1)</script></html>"u8.ToArray();
        }

        var model = ModelProto.Parser.ParseFrom(TinyModel.Make(1));
        Spoil(model.Graph, model, kind);
        return OnnxFile.Write(model);
    }

    private static void Spoil(GraphProto graph, ModelProto model, string kind)
    {
        switch (kind)
        {
            case "weights outside":
                graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External;
                graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../identity/device.key" });
                break;
            case "native code":
                (graph.Node[0].Domain, graph.Node[0].OpType) = ("evil.domain", "Evil");
                break;
            case "compiled for a vendor":
                (graph.Node[0].Domain, graph.Node[0].OpType) = ("com.microsoft", "EPContext");
                break;
            case "giant tensor":
                graph.Initializer[0].Dims.Clear();
                graph.Initializer[0].Dims.Add([1L << 40, 1L << 40]);
                break;
            case "circle":
                graph.Node.Add([Node("Relu", "a", "b"), Node("Relu", "b", "a")]);
                break;
            case "function of itself":
                model.Functions.Add(new FunctionProto { Name = "f", Domain = "mine", Node = { Node("f", "x", "y", "mine") } });
                graph.Node.Add(Node("f", "image", "z", "mine"));
                break;
            case "deep nesting":
                var deep = Node("Relu", "image", "end");
                for (var i = 0; i < 40; i++)
                {
                    var outer = Node("If", "image", $"level{i}");
                    outer.Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = new GraphProto { Node = { deep } } });
                    deep = outer;
                }

                graph.Node.Add(deep);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such network");
        }
    }

    private static NodeProto Node(string type, string input, string output, string domain = "") =>
        new() { OpType = type, Domain = domain, Name = output, Input = { input }, Output = { output } };
}
