using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Shared.Tests.Onnx;
using Fleet.Vision;

namespace Fleet.Shared.Tests.Inference;

/// <summary>The same network in other elements, layouts and heads, through ONNX Runtime.</summary>
public sealed class InputKindsTests : IDisposable
{
    private const int Half = 10;
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("float16", "nchw", false)]
    [InlineData("float16", "nchw", true)]
    [InlineData("float32", "nhwc", false)]
    [InlineData("float16", "nhwc", true)]
    [InlineData("uint8", "nhwc", false)]
    public void Finds_the_same_whatever_the_network_takes(string element, string layout, bool halfOutputs)
    {
        var usual = Detect(TinyNetwork.Build(), TinyNetwork.Card, SomeFrame());
        var input = TinyNetwork.Input with { Element = element, Layout = layout };

        var found = Detect(Rebuilt(element, layout, halfOutputs), TinyNetwork.Card with { Input = input }, SomeFrame());

        Assert.NotEmpty(usual);
        Assert.Equal(usual.Select(d => (d.Label, d.Box, MathF.Round(d.Score, 2))), found.Select(d => (d.Label, d.Box, MathF.Round(d.Score, 2))));
    }

    [Fact]
    public void Tiles_one_by_one_and_the_whole_frame_at_once_agree()
    {
        // twelve by eight tiles of 10x10 px, a weight for each pixel of a tile
        var weights = Enumerable.Range(0, 100).Select(i => ((i * 37 % 11) - 4) / 40f).ToArray();
        var frame = new Frame(120, 80, channels: 1);
        new Random(2).NextBytes(frame.Span);

        var tiles = Detect(TileNetwork(weights), SkyCard("tiles", "x", "tiles"), frame);
        var map = Detect(MapNetwork(weights), SkyCard("heatmap", "image", "nchw"), frame);

        Assert.True(tiles.Count > 3);
        Assert.Equal(map.Select(d => (d.Box, MathF.Round(d.Score, 4))), tiles.Select(d => (d.Box, MathF.Round(d.Score, 4))));
    }

    private static ModelCard SkyCard(string head, string name, string layout) => TinyNetwork.Card with
    {
        Head = head,
        Classes = ["satellite"],
        ScoreThreshold = 0.7f,
        Input = new InputSpec(name, 120, 80, "float32", "gray", 1 / 255f, [0.5f], [0.1f], "letterbox", 0, layout, layout == "tiles" ? 10 : 0),
    };

    // the scores are logits, and nobody says so: the last operator does
    private static ModelProto TileNetwork(float[] weights)
    {
        var graph = new GraphProto { Name = "tiles" };
        graph.Input.Add(TinyNetwork.Value("x", 1, 0, 100));
        graph.Output.Add(TinyNetwork.Value("y", 1, 0, 1));
        graph.Initializer.Add(TinyNetwork.Floats("w", [100, 1], weights));
        graph.Node.Add(TinyNetwork.Node("MatMul", ["x", "w"], "y"));
        return Model(graph);
    }

    private static ModelProto MapNetwork(float[] weights)
    {
        var graph = new GraphProto { Name = "map" };
        graph.Input.Add(TinyNetwork.Value("image", 1, 1, 1, 80, 120));
        graph.Output.Add(TinyNetwork.Value("map", 1, 1, 1, 8, 12));
        graph.Initializer.Add(TinyNetwork.Floats("w", [1, 1, 10, 10], weights));
        graph.Node.Add(TinyNetwork.Node("Conv", ["image", "w"], "logits", TinyNetwork.Ints("kernel_shape", 10, 10), TinyNetwork.Ints("strides", 10, 10)));
        graph.Node.Add(TinyNetwork.Node("Sigmoid", ["logits"], "map"));
        return Model(graph);
    }

    private static ModelProto Model(GraphProto graph)
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "test", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        return model;
    }

    private static Frame SomeFrame()
    {
        var frame = new Frame(64, 32, channels: 3);
        for (var y = 8; y < 16; y++)
        {
            frame.Span.Slice(((y * 64) + 24) * 3, 8 * 3).Fill(255);
        }

        return frame;
    }

    /// <summary>The tiny network behind another input and, where it is asked for, with outputs of 16 bits.</summary>
    private static ModelProto Rebuilt(string element, string layout, bool halfOutputs)
    {
        var model = TinyNetwork.Build();
        var (graph, type) = (model.Graph, element switch { "uint8" => 2, "float16" => Half, _ => 1 });
        graph.Input.Clear();
        graph.Input.Add(layout == "nhwc" ? TinyNetwork.Value("images", type, 1, 32, 32, 3) : TinyNetwork.Value("images", type, 1, 3, 32, 32));
        if (layout == "nhwc")
        {
            graph.Node[0].Input[0] = "planes";
            graph.Node.Insert(0, TinyNetwork.Node("Transpose", ["images"], "planes", TinyNetwork.Ints("perm", 0, 3, 1, 2)));
        }

        if (halfOutputs)
        {
            foreach (var output in graph.Output.ToList())
            {
                foreach (var node in graph.Node.Where(n => n.Output[0] == output.Name).ToList())
                {
                    node.Output[0] = output.Name + "32";
                    graph.Node.Add(TinyNetwork.Node("Cast", [output.Name + "32"], output.Name, TinyNetwork.Int("to", Half)));
                }

                output.Type.TensorType.ElemType = Half;
            }
        }

        return model;
    }

    private IReadOnlyList<Detection> Detect(ModelProto model, ModelCard card, Frame frame)
    {
        var path = Path.Combine(_folder, "model.onnx");
        OnnxFile.Write(model, path);
        using var detector = Detector.Load(path, card, new InferenceOptions());
        return detector.Detect(frame);
    }
}
