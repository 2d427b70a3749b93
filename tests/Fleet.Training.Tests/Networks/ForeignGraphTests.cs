using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Fleet.Training.Evaluation;
using Fleet.Training.Graphs;
using Fleet.Training.Networks;
using Fleet.Training.Sparsity;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static Fleet.Training.Graphs.GraphBuilder;
using static TorchSharp.torch;

namespace Fleet.Training.Tests.Networks;

/// <summary>Graphs as other exporters write them.</summary>
public class ForeignGraphTests
{
    [Fact]
    public void Learns_weights_that_lie_in_nodes_of_their_own_and_writes_them_back_there()
    {
        var model = AGraph.Of(17, g => g.With("Conv", g.Weights(16, 4, 3, 3)));
        var weight = model.Graph.Initializer[0];
        model.Graph.Initializer.Clear();
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Constant", Output = { weight.Name }, Attribute = { new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = weight } } });

        var changed = Doubled(model, weight.Name);
        Assert.Empty(changed.Graph.Initializer);
        Assert.Equal(Tensors.Floats(weight).Select(w => w * 2), Tensors.Floats(changed.Graph.Node[0].Attribute[0].T));
        Assert.InRange(EngineAgreement.Difference(changed, input: null), 0, EngineAgreement.Tolerance);
    }

    [Fact]
    public void Learns_a_bias_that_is_added_after_a_layer_but_not_what_is_added_to_the_picture()
    {
        var (mean, bias) = ("", "");
        using var network = new Network(AGraph.Of(17, g => g.Node("Add", [g.Node("Conv", [g.With("Add", mean = g.Weights(4, 1, 1)), g.Weights(16, 4, 3, 3)]), bias = g.Weights(16, 1, 1)])));

        Assert.Contains(bias, network.Weights.Keys);
        Assert.DoesNotContain(mean, network.Weights.Keys);
    }

    [Fact]
    public void Trains_a_graph_in_half_precision_and_keeps_it_so()
    {
        var model = AGraph.Of(17, g => g.With("Conv", g.Weights(16, 4, 3, 3)));
        var weight = model.Graph.Initializer[0];
        var values = Tensors.Floats(weight);
        weight.DataType = (int)DataType.Float16;
        Tensors.Store(weight, values);
        model.Graph.Input[0].Type.TensorType.ElemType = model.Graph.Output[0].Type.TensorType.ElemType = (int)DataType.Float16;

        var changed = Doubled(model, weight.Name);
        Assert.Equal((int)DataType.Float16, changed.Graph.Initializer[0].DataType);
        Assert.InRange(EngineAgreement.Difference(changed, input: null), 0, EngineAgreement.Tolerance);
    }

    [Fact]
    public void Prunes_a_matrix_along_its_inputs_whichever_way_it_lies()
    {
        using var network = new Network(AGraph.Of(
            17, g => g.Node("Gemm", [g.Node("Relu", [g.With("MatMul", g.Weights(32, 16))]), g.Weights(8, 16)], Int("transB", 1)), 2, 32));
        using var sparsity = TwoOfFour.Prune(network);

        Assert.Equal(2, sparsity.Pruned.Count);
        var lying = Network.Values(network.Weights["w0"]);
        Assert.All(Enumerable.Range(0, 16), output => Assert.All(
            Enumerable.Range(0, 8), group => Assert.Equal(2, Enumerable.Range(group * 4, 4).Count(input => lying[input * 16 + output] == 0))));
        var standing = Network.Values(network.Weights.First(w => w.Key != "w0").Value);
        Assert.All(standing.Chunk(4), group => Assert.Equal(2, group.Count(w => w == 0)));
    }

    [Fact]
    public void Names_the_node_whose_inputs_do_not_fit()
    {
        using var network = new Network(AGraph.Of(17, g => g.With("MatMul", g.Weights(5, 5))));
        using var input = zeros(2, 4, 7, 9);

        var problem = Assert.Throws<ProblemException>(() => network.Run(input, learning: false));
        Assert.Contains("'y1' (MatMul) cannot take its inputs", problem.Message, StringComparison.Ordinal);
    }

    private static ModelProto Doubled(ModelProto model, string weight)
    {
        using var network = new Network(model);
        using (no_grad())
        {
            network.Weights[weight].mul_(2);
        }

        return network.Export();
    }
}
