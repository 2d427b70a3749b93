using Fleet.Onnx.Schema;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static Fleet.Training.Graphs.GraphBuilder;

namespace Fleet.Training.Graphs;

/// <summary>Layers that Fleet's own networks are made of, with weights to start from.</summary>
internal sealed class Layers(GraphBuilder graph, Random random)
{
    /// <summary>Pictures as bytes, brought to 0 to 1.</summary>
    public string Images(int widthPx, int heightPx)
    {
        var images = graph.Input("images", DataType.Uint8, 0, 3, heightPx, widthPx);
        var floats = graph.Node("Cast", "images_float", [images], Int("to", (long)DataType.Float));
        return graph.Node("Mul", "images_scaled", [floats, graph.Constant("images_scale", [1 / 255f])]);
    }

    /// <summary>Two convolutions beside which the input runs along.</summary>
    public string Residual(string name, string x, int channels)
    {
        var inner = Convolution($"{name}_b", Block($"{name}_a", x, channels, channels), channels, channels, kernel: 3, stride: 1);
        return graph.Node("Relu", name, [graph.Node("Add", $"{name}_sum", [inner, x])]);
    }

    /// <summary>Convolution, batch normalisation, ReLU.</summary>
    public string Block(string name, string x, int from, int to, int kernel = 3, int stride = 1) =>
        graph.Node("Relu", name, [Convolution(name + "_n", x, from, to, kernel, stride)]);

    /// <summary>A last layer: its answers start near <paramref name="bias"/>.</summary>
    public string Head(string name, string x, int from, int to, float bias)
    {
        var weight = graph.Constant($"{name}.weight", Normal(to * from, 0.01f), to, from, 1, 1);
        return graph.Node("Conv", name, [x, weight, Channels($"{name}.bias", to, bias)], Shape(kernel: 1, stride: 1));
    }

    private string Convolution(string name, string x, int from, int to, int kernel, int stride)
    {
        var weight = graph.Constant($"{name}.weight", Normal(to * from * kernel * kernel, MathF.Sqrt(2f / (to * kernel * kernel))), to, from, kernel, kernel);
        var y = graph.Node("Conv", $"{name}_c", [x, weight], Shape(kernel, stride));
        return graph.Node(
            "BatchNormalization",
            name,
            [y, Channels($"{name}.scale", to, 1), Channels($"{name}.shift", to, 0), Channels($"{name}.mean", to, 0), Channels($"{name}.variance", to, 1)],
            Float("epsilon", 1e-5f),
            Float("momentum", 0.9f));
    }

    private string Channels(string name, int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return graph.Constant(name, values, count);
    }

    private static AttributeProto[] Shape(int kernel, int stride) =>
        [Ints("kernel_shape", kernel, kernel), Ints("strides", stride, stride), Ints("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2)];

    private float[] Normal(int count, float deviation)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = deviation * Chance.Normal(random);
        }

        return values;
    }
}
