using Fleet.Onnx.Schema;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static Fleet.Training.Graphs.GraphBuilder;

namespace Fleet.Training.Graphs;

/// <summary>Fleet's own classifier as an ONNX graph: says what a small picture shows.</summary>
/// <remarks>Four stages of halved sides, each with a residual block, then the mean over the picture. Every layer but the first and the last can be pruned 2:4; the last is a convolution so that it, too, has an 8-bit form.</remarks>
internal sealed class ClassifierGraph
{
    /// <summary>Output: a share for each class; they sum to 1.</summary>
    public const string Shares = "classes";

    private readonly GraphBuilder _graph = new("fleet-classifier");
    private readonly Layers _layers;

    private ClassifierGraph(long seed) => _layers = new Layers(_graph, Chance.From(seed, "weights"));

    /// <summary>An untrained network.</summary>
    /// <param name="classes">How many classes, at least 2.</param>
    /// <param name="widthPx">Input width, a multiple of 32.</param>
    /// <param name="heightPx">Input height, a multiple of 32.</param>
    /// <param name="width">Channels of the first stage, a multiple of 16 where it is to be pruned.</param>
    /// <param name="seed">Of the initial weights.</param>
    public static ModelProto Build(int classes, int widthPx, int heightPx, int width, long seed)
    {
        var classifier = new ClassifierGraph(seed);
        classifier.Nodes(classes, widthPx, heightPx, width);
        return classifier._graph.Build([]);
    }

    private void Nodes(int classes, int widthPx, int heightPx, int w)
    {
        var x = _layers.Block("stem", _layers.Images(widthPx, heightPx), 3, w, stride: 2);
        foreach (var (stage, from, to) in new[] { (1, w, 2 * w), (2, 2 * w, 4 * w), (3, 4 * w, 6 * w) })
        {
            x = _layers.Residual($"stage{stage}_res", _layers.Block($"stage{stage}", x, from, to, stride: 2), to);
        }

        var mean = _graph.Node("GlobalAveragePool", "mean", [x]);
        var logits = _graph.Node("Flatten", "logits", [_layers.Head("named", mean, 6 * w, classes, bias: 0)], Int("axis", 1));
        _graph.Output(_graph.Node("Softmax", Shares, [logits], Int("axis", 1)), 0, classes);
    }
}
