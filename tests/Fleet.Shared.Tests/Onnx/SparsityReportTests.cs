using Fleet.Onnx;
using Fleet.Onnx.Schema;
using static Fleet.Shared.Tests.Onnx.TinyNetwork;

namespace Fleet.Shared.Tests.Onnx;

public sealed class SparsityReportTests
{
    [Fact]
    public void Tells_eligible_layers_from_others_and_weighs_them()
    {
        var layers = SparsityReport.Of(ThreeLayers());

        Assert.Equal([false, true, true], layers.Select(l => l.Eligible));
        Assert.Equal([16L, 16, 3, 3], layers[1].Shape);
        Assert.True(layers[1].Valid);
        Assert.False(layers[0].Valid);
        // 3*16*9 on 16x16, 16*16*9 on 8x8 and 16*8 on 8x8
        Assert.Equal([110592, 147456, 8192], layers.Select(l => Math.Round(l.MacShare * 266240)));
    }

    [Fact]
    public void Sees_a_third_value_in_a_group_of_four()
    {
        float[] weights = [1, 2, 0, 0, 0, 3, 4, 0];
        Assert.True(SparsityReport.IsTwoOfFour(weights, outputs: 2, inputs: 4));
        weights[3] = 1;
        Assert.False(SparsityReport.IsTwoOfFour(weights, outputs: 2, inputs: 4));
        // the same numbers with two taps: groups run along the input channels, not along the taps
        Assert.True(SparsityReport.IsTwoOfFour([1, 1, 1, 1, 0, 0, 0, 0], outputs: 1, inputs: 4));
    }

    private static ModelProto ThreeLayers()
    {
        var graph = new GraphProto();
        graph.Input.Add(Value("x", 1, 0, 3, 32, 32));
        graph.Output.Add(Value("y", 1, 0, 8, 8, 8));
        graph.Initializer.Add(Floats("a", [16, 3, 3, 3], Enumerable.Repeat(1f, 16 * 3 * 9)));
        graph.Initializer.Add(Floats("b", [16, 16, 3, 3], Enumerable.Range(0, 16 * 16 * 9).Select(i => i / 9 % 4 < 2 ? 1f : 0)));
        graph.Initializer.Add(Floats("c", [8, 16, 1, 1], Enumerable.Repeat(1f, 8 * 16)));
        graph.Node.Add(Node("Conv", ["x", "a"], "p", Ints("pads", 1, 1, 1, 1), Ints("strides", 2, 2)));
        graph.Node.Add(Node("Conv", ["p", "b"], "q", Ints("pads", 1, 1, 1, 1), Ints("strides", 2, 2)));
        graph.Node.Add(Node("Conv", ["q", "c"], "r"));
        graph.Node.Add(Node("Sigmoid", ["r"], "y"));
        return new() { Graph = graph };
    }
}
