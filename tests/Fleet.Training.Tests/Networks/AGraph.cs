using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static Fleet.Training.Graphs.GraphBuilder;

namespace Fleet.Training.Tests.Networks;

/// <summary>Tiny graphs, one operator each.</summary>
internal sealed class AGraph(int opset, params long[] shape)
{
    private readonly GraphBuilder _graph = new("tiny");
    private readonly Random _random = new(5);
    private readonly List<TensorProto> _integers = [];
    private int _count;

    public string X { get; private set; } = "";

    public static ModelProto Of(int opset, Func<AGraph, string> build, params long[] shape)
    {
        var graph = new AGraph(opset, shape.Length == 0 ? [2, 4, 7, 9] : shape);
        graph.X = graph._graph.Input("x", DataType.Float, graph.Shape);
        var output = build(graph);
        graph._graph.Output(output, [.. Enumerable.Repeat(0L, 0)]);
        var model = graph._graph.Build([]);
        model.OpsetImport[0].Version = graph.Opset;
        model.Graph.Initializer.AddRange(graph._integers);
        model.Graph.Output[0].Type.TensorType.Shape = null;
        return model;
    }

    private int Opset { get; } = opset;

    private long[] Shape { get; } = shape;

    public string Weights(params long[] sizes) =>
        _graph.Constant($"w{_count++}", [.. Enumerable.Range(0, (int)sizes.Aggregate(1L, (a, b) => a * b)).Select(_ => _random.NextSingle() + 0.1f)], sizes);

    public string Numbers(float[] values, params long[] sizes) => _graph.Constant($"w{_count++}", values, sizes);

    public string Longs(params long[] values)
    {
        var tensor = new TensorProto { Name = $"i{_count++}", DataType = (int)DataType.Int64, Dims = { values.Length }, Int64Data = { values } };
        _integers.Add(tensor);
        return tensor.Name;
    }

    public string Long(long value)
    {
        var tensor = new TensorProto { Name = $"i{_count++}", DataType = (int)DataType.Int64, Int64Data = { value } };
        _integers.Add(tensor);
        return tensor.Name;
    }

    public string Node(string type, string[] inputs, params AttributeProto[] attributes) => _graph.Node(type, $"y{_count++}", inputs, attributes);

    public string On(string type, params AttributeProto[] attributes) => Node(type, [X], attributes);

    public string With(string type, params string[] more) => Node(type, [X, .. more]);

    /// <summary>A node with two outputs, of which both are used.</summary>
    public string Both(string type, string[] inputs, params AttributeProto[] attributes)
    {
        var first = _graph.Node(type, $"y{_count++}", inputs, attributes);
        var second = first + "b";
        _graph.Add(first, second);
        return Node("Concat", [Node("Relu", [first]), second], Int("axis", 2));
    }

    public string Cast(string value, DataType type) => Node("Cast", [value], Int("to", (long)type));
}
