using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Google.Protobuf;
using static Fleet.Shared.Tests.Onnx.TinyNetwork;

namespace Fleet.Shared.Tests.Onnx;

public sealed class ModelInspectionTests
{
    // [2 out, 8 in]: the first two of each four
    private static readonly float[] Sparse = [1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0, 7, 8, 0, 0];

    [Fact]
    public void Sees_the_pattern_in_a_Gemm_however_the_weight_is_turned()
    {
        Assert.True(One(Graph(Node("Gemm", ["x", "w"], "y", Int("transB", 1)), Floats("w", [2, 8], Sparse))).Valid);
        Assert.False(One(Graph(Node("Gemm", ["x", "w"], "y"), Floats("w", [2, 8], Sparse))).Valid);
        Assert.True(One(Graph(Node("MatMul", ["x", "w"], "y"), Floats("w", [8, 2], Turned(Sparse)))).Valid);
        // a constant on the left: rows are outputs
        Assert.True(One(Graph(Node("MatMul", ["w", "x"], "y"), Floats("w", [2, 8], Sparse))).Valid);
    }

    [Fact]
    public void Looks_through_casts_transpositions_and_quantisation()
    {
        var graph = Graph(Node("MatMul", ["x", "d"], "y"), Floats("w", [2, 8], Sparse), Floats("s", [1], [0.1f]));
        graph.Node.Insert(0, Node("Transpose", ["c"], "t", Ints("perm", 1, 0)));
        graph.Node.Insert(0, Node("Cast", ["w"], "c", Int("to", 1)));
        graph.Node.Insert(2, Node("QuantizeLinear", ["t", "s"], "q"));
        graph.Node.Insert(3, Node("DequantizeLinear", ["q", "s"], "d"));
        var layer = One(graph);
        Assert.Equal(("w", true, 0.5), (layer.Weight, layer.Valid, layer.ZeroShare));
        Assert.Equal([2L, 8], layer.Shape);
    }

    [Fact]
    public void The_zero_of_a_quantised_weight_is_its_zero_point()
    {
        var stored = new TensorProto { Name = "w", DataType = 2, RawData = ByteString.CopyFrom([.. Sparse.Select(v => (byte)(v + 128))]) };
        stored.Dims.AddRange([2, 8]);
        var zero = new TensorProto { Name = "z", DataType = 2, RawData = ByteString.CopyFrom([128]) };
        var graph = Graph(Node("Gemm", ["x", "d"], "y", Int("transB", 1)), stored, zero, Floats("s", [1], [0.1f]));
        graph.Node.Insert(0, Node("DequantizeLinear", ["w", "s", "z"], "d"));
        Assert.Equal((true, 0.5), (One(graph).Valid, One(graph).ZeroShare));
    }

    [Theory]
    [InlineData(8, 16, 1, null, false)]
    [InlineData(12, 16, 1, "12 output channels are no multiple of 8", false)]
    [InlineData(8, 24, 1, "24 input channels are no multiple of 16", false)]
    [InlineData(64, 16, 4, "in 4 groups", false)]
    [InlineData(256, 256, 1, null, true)]
    [InlineData(256, 128, 1, null, false)]
    public void Says_what_the_recipe_prunes_and_what_may_pay(int outputs, int inputs, int groups, string? why, bool pays)
    {
        var graph = Graph(Node("Conv", ["x", "w"], "y", Int("group", groups)), Floats("w", [outputs, inputs, 1, 1], Enumerable.Repeat(1f, outputs * inputs)));
        var layer = One(graph);
        Assert.Equal((why is null, why, pays), (layer.Eligible, layer.WhyDense, layer.LikelyToPay));
    }

    [Fact]
    public void Work_is_weighed_at_the_size_of_the_feature_map_even_where_a_squeezed_branch_comes_first()
    {
        var graph = Graph(Node("Conv", ["x", "a"], "p"), Floats("a", [4, 4, 1, 1], Enumerable.Repeat(1f, 16)), Floats("b", [4, 4, 1, 1], Enumerable.Repeat(1f, 16)), Floats("c", [4, 4, 1, 1], Enumerable.Repeat(1f, 16)));
        graph.Input.Clear();
        graph.Input.Add(Value("x", 1, 1, 4, 10, 10));
        graph.Node.Add(Node("GlobalAveragePool", ["p"], "g"));
        graph.Node.Add(Node("Conv", ["g", "b"], "s"));
        graph.Node.Add(Node("Mul", ["s", "p"], "m"));
        graph.Node.Add(Node("Conv", ["m", "c"], "y"));
        Assert.Equal([1600.0, 16, 1600], ModelInspection.Of(new ModelProto { Graph = graph }, null).Layers.Select(l => l.MultiplyAdds));
    }

    [Fact]
    public void Marks_what_TensorRT_found_fit_and_what_it_picked()
    {
        var graph = Graph(Node("Conv", ["x", "a"], "p"), Ones("a"), Ones("b"), Ones("c"));
        graph.Node.Add(Node("Conv", ["p", "b"], "q"));
        graph.Node.Add(Node("Conv", ["q", "c"], "y"));
        var log = BuildLog.Parse("""
            [08/05/2026-12:06:54] [I] [TRT] (Sparsity) Layers eligible for sparse math: Conv_p + Relu_1, Co
            nv_q, Gone_9
            [08/05/2026-12:06:54] [I] [TRT] (Sparsity) TRT inference plan picked sparse implementation for layers: Conv_p + Relu_1
            [08/05/2026-12:06:55] [I] [TRT] Total Activation Memory: 0
            """);
        var inspection = ModelInspection.Of(new ModelProto { Graph = graph }, log);
        Assert.Equal([(true, true), (true, false), (false, false)], inspection.Layers.Select(l => (l.BuilderEligible!.Value, l.BuilderPicked!.Value)));
        Assert.Equal(["Gone_9"], inspection.Unmatched);
    }

    [Fact]
    public void A_builder_that_gives_numbers_only_marks_no_layer_unless_it_picked_none()
    {
        var log = BuildLog.Parse("[I] (Sparsity) Found 39 layer(s) eligible to use sparse tactics\n[I] (Sparsity) Chose 3 layer(s) using sparse tactics\n[I] (Sparsity) Found 39 layer(s) eligible to use sparse tactics\n[I] (Sparsity) Chose 0 layer(s) using sparse tactics");
        var layer = Assert.Single(ModelInspection.Of(new ModelProto { Graph = Graph(Node("Conv", ["x", "a"], "p"), Ones("a")) }, log).Layers);
        Assert.Equal((39, 0), (log.EligibleCount, log.PickedCount));
        Assert.Equal((null, false), (layer.BuilderEligible, layer.BuilderPicked));
    }

    [Fact]
    public void A_log_without_a_word_about_sparsity_is_refused() =>
        Assert.Equal(Problems.RequestInvalid, Assert.Throws<ProblemException>(() => BuildLog.Parse("[I] Engine built in 31 sec.")).Kind);

    private static LayerInspection One(GraphProto graph) => Assert.Single(ModelInspection.Of(new ModelProto { Graph = graph }, null).Layers);

    private static TensorProto Ones(string name) => Floats(name, [4, 4, 1, 1], Enumerable.Repeat(1f, 16));

    private static float[] Turned(float[] w) => [.. Enumerable.Range(0, 16).Select(i => w[(i % 2 * 8) + (i / 2)])];

    private static GraphProto Graph(NodeProto node, params TensorProto[] constants)
    {
        var graph = new GraphProto();
        graph.Input.Add(Value("x", 1, 1, 8));
        graph.Initializer.AddRange(constants);
        graph.Node.Add(node);
        return graph;
    }
}
